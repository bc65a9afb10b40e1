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
*) exit 0 ;;
esac
for file in ../testdata/mqtt/*.bin; do
    case $(basename "$file") in v31-*) version='\x00' ;; v311-*) version='\x01' ;; *) version='\x02' ;; esac
    { printf "$before$version"; head -c 1000 "$file"; } >"$folder/$(basename "$file" .bin)"
done
