#!/bin/sh
# What a container of the image does:  start.sh prepare | web | jobs | desk
#
# prepare  makes keys and tables where they are missing and gives the two roles their rights, then ends
# web      answers HTTP; needs the web's keys and the public halves
# jobs     ticks; needs the counter's keys, and lays out public halves
# desk     asks a person for a passphrase and opens the desk; "desk --new-key" makes its key
set -eu

# The database may need a while to start; every try says why it failed, the last one ends the container.
patiently() {
    tries=30
    until "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || exit 1
        sleep "${HVB_TEST_PAUSE:-2}"
    done
}

case "${1:-}" in
prepare)
    patiently hvb init
    case "${HVB_DATABASE_URL:-}${HVB_DATABASE_URL_FILE:-}" in
    "") hvb migrate ;;
    *) hvb migrate --roles ;;
    esac
    # Made as root in an image, used by two users who must not read each other's keys.
    if [ "$(id -u)" = 0 ] && id hvb-web >/dev/null 2>&1; then
        chown -R hvb-web:hvb "$HVB_WEB_KEYS"
        chown -R hvb-jobs:hvb "$HVB_COUNTER_KEYS" "$HVB_PUBLIC_KEYS" "$HVB_DATA"
        chown -R hvb-desk:hvb "$HVB_DESK_KEYS"
        # The desk lays its public half here too, and may take nobody else's away.
        chmod 1775 "$HVB_PUBLIC_KEYS"
    fi
    ;;
web | jobs)
    # A leftover of the other's folder is not to be looked for.
    if [ "$1" = web ]; then unset HVB_COUNTER_KEYS; else unset HVB_WEB_KEYS; fi
    unset HVB_DESK_KEYS
    exec hvb serve --only "$1"
    ;;
desk)
    shift
    unset HVB_WEB_KEYS HVB_COUNTER_KEYS
    # In a container of its own every address is the container's; compose lets only this machine in.
    exec hvb desk --host "${HVB_HOST:-127.0.0.1}" "$@"
    ;;
*)
    echo "usage: start.sh prepare|web|jobs|desk" >&2
    exit 2
    ;;
esac
