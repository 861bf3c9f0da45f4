"""What can be asked, of whom and in which words; how answers are read, scored and compared between versions.

    model        what a questionnaire file may say, and the words of the player
    routing      which questions are shown, given the answers so far
    answers      a form's value to a stored code; one code for every item
    scoring      answers to scores 0–100
    readability  is it easy enough to read
    evolution    what may differ between versions that are compared with each other
    xlsform      an edition as a form that other survey tools read
    translation  words out to a translator, a row per text
    translated   a translator's sheet back into words, with everything that is wrong told at once
    promise      the privacy text, made from the deployment's facts

The room never knows who answers, and never sees more of the world than its arguments.
"""
