#!/usr/bin/env bash
# Makes the seed corpus of a target out of the recordings: each behind the bytes that choose the version and the use. Where
# they do not lead everywhere, more is written by hand.
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
    before=''
    ;;
stomp_server)
    # What a client says to a server that has delivered some messages, in each version; and from the beginning.
    for version in 0 1 2 3; do
        {
            printf "\\x0$version\\x05"
            ((version)) || printf 'CONNECT\naccept-version:1.2\nhost:a\n\n\0'
            printf 'SUBSCRIBE\nid:1\ndestination:a\nack:client-individual\nreceipt:7\n\n\0'
            printf 'ACK\nid:1-2\nmessage-id:s\\c1-1-2\nsubscription:0\ntransaction:t\n\n\0'
            printf 'NACK\nid:1-1\nmessage-id:s:1-1-1\nsubscription:0\n\n\0COMMIT\ntransaction:t\n\n\0'
            printf 'BEGIN\ntransaction:u\n\n\0SEND\ndestination:a\ntransaction:u\n\nhi\0ABORT\ntransaction:u\n\n\0'
            printf 'UNSUBSCRIBE\nid:0\n\n\0\nDISCONNECT\nreceipt:8\n\n\0'
        } >"$folder/$version"
    done
    before='\x00\x05'
    ;;
stomp_client)
    for version in 0 1 2 3; do
        {
            printf "\\x0$version\\x05"
            ((version)) || printf 'CONNECTED\nversion:1.2\n\n\0'
            printf 'MESSAGE\ndestination:a\nmessage-id:1\nsubscription:1\nack:1\n\nhi\0\n'
            printf 'MESSAGE\ndestination:a\nmessage-id:2\nsubscription:2\nack:2\ncontent-length:1\n\nx\0'
            printf 'RECEIPT\nreceipt-id:1\n\n\0MESSAGE\ndestination:a\nmessage-id:3\nsubscription:3\nack:3\n\n\0'
            printf 'ERROR\nmessage:no\nreceipt-id:2\n\nno\0'
        } >"$folder/$version"
    done
    before='\x00\x05'
    ;;
*) exit 0 ;;
esac
for file in ../testdata/"${target%%_*}"/*.bin; do
    [ -f "$file" ] || continue
    case $target:$(basename "$file") in
    # A machine is told the version by the recording itself, as a decoder is by a server's.
    amqp_*:* | stomp_server:* | stomp_client:*) version='' ;;
    stomp_*:*.server.bin | *:none-* | *:v31-*) version='\x00' ;;
    *:v311-* | *:v10-*) version='\x01' ;;
    *:v5-* | *:v11-*) version='\x02' ;;
    *:v12-*) version='\x03' ;;
    esac
    { printf "$before$version"; head -c 1000 "$file"; } >"$folder/$(basename "$file" .bin)"
done
