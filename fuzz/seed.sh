#!/usr/bin/env bash
# Makes the seed corpus of a target out of the recordings: each behind the bytes that choose the version and the use.
set -euo pipefail
cd "$(dirname "$0")"
target=$1
folder=corpus-work/$target
[ -d "$folder" ] && exit 0
mkdir -p "$folder"
case $target in
mqtt_any_bytes | mqtt_chunked | mqtt_round_trip) before='' ;;
mqtt_server | mqtt_client) before='\x01' ;;
amqp_any_bytes | amqp_chunked | amqp_round_trip) before='\x00' ;;
amqp_server | amqp_client) before='\x01' ;;
amqp_tables)
    # A table with a table and an array in it, and one with a value of each type.
    printf '\x10\x00\x00\x00\x01aF\x00\x00\x00\x0E\x01bA\x00\x00\x00\x07VI\x00\x00\x00\x07V\x01cS\x00\x00\x00\x02hi' >"$folder/nested"
    printf '\x10\x00\x00\x00\x01at\x01\x01bb\xFF\x01cB\xFF\x01ds\xFF\xFF\x01eu\xFF\xFF\x01fI\x00\x00\x00\x01\x01gi\x00\x00\x00\x01' >"$folder/flat"
    exit 0
    ;;
stomp_any_bytes | stomp_chunked | stomp_round_trip)
    # A conversation before a version was agreed, and in each version.
    for version in 0 1 2 3; do
        {
            printf "\\x0$version"
            printf 'CONNECT\naccept-version:1.0,1.1,1.2\nhost:a:b\n\n\0\n'
            printf 'SEND\ndestination:/queue/a\ncontent-length:3\n\na\0b\0SEND\ndestination:a\\\\n\n\nbody\0'
            printf 'MESSAGE\nsubscription:0\nmessage-id:7\ndestination:a\n\nhi\0'
            printf 'ACK\nid:1\nmessage-id:7\nsubscription:0\n\n\0DISCONNECT\nreceipt:77\n\n\0'
        } >"$folder/$version"
    done
    exit 0
    ;;
*) exit 0 ;;
esac
for file in ../testdata/"${target%%_*}"/*.bin; do
    [ -f "$file" ] || continue
    case $(basename "$file") in v31-*) version='\x00' ;; v311-*) version='\x01' ;; v5-*) version='\x02' ;; *) version='' ;; esac
    { printf "$before$version"; head -c 1000 "$file"; } >"$folder/$(basename "$file" .bin)"
done
