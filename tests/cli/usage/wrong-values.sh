# Each value is refused with a sentence, before anything is read or written.
f=$DATA/two-windows.binetflow
try() {
    echo "$*"
    oddflow detect "$@" "$f" 2>&1
    echo "exit $?"
}
try --window 0
try --window soon
try --window=
try --window 99999999999d
try --lateness -1s
try --hold many
try --top 0
try --threads 2000
try --block-size 1k
try --mem-limit 1
try --origin noon
try --missing skip
try --color sometimes
try --width wide
try --since yesterday
try --until 2011-02-30T00:00:00Z
try --tz Mars/Olympus
try --format pcap2
try --output xml
try --output steps
try --scale standart
try --detector dbscna
try --detector dbscan:ep=1
try --detector dbscan:eps=0
try --detector dbscan:eps=1,min_samples=none
try --detector dbscan:eps
try --features ,
try --features 'log1p('
try --features 'sqrt(bytes)'
try --map bytes
try --map byts=TotBytes
try --map bytes=NoSuchColumn
try --all=perhaps
try -w ''
