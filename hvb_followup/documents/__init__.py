"""PDF on paper: letters and cards with a code, set by typst. The only room that knows typst and QR codes.

It is handed texts and codes and gives bytes back; it knows no database, person or home, and writes no file. A letter
is set in a child process that ends with it: what typst remembers of a code between two letters is gone with the child.

    slips        what one letter or card is made of
    letters      slips → letters, one A4 page each, tagged for screen readers (PDF/UA-1)
    cards        slips → sheets of eight cards with crop marks
    typesetting  starts the child and waits no longer than it may
    child        data → QR codes and typst → PDF
"""
