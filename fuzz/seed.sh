#!/usr/bin/env bash
# Makes the seed corpus of a target out of the recordings: each with the byte in front that tells the version.
set -euo pipefail
cd "$(dirname "$0")"
target=$1
folder=corpus-work/$target
[ -d "$folder" ] && exit 0
mkdir -p "$folder"
case $target in mqtt_any_bytes | mqtt_hostile) extra='' ;; mqtt_chunked) extra='\x07\x03\x11' ;; *) exit 0 ;; esac
for file in ../testdata/mqtt/*.bin; do
    case $(basename "$file") in v31-*) version='\x00' ;; v311-*) version='\x01' ;; *) version='\x02' ;; esac
    { printf "$version$extra"; head -c 1000 "$file"; } >"$folder/$(basename "$file" .bin)"
done
