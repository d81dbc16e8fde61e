# Which columns are numeric is told by the first 64 KiB, whatever the blocks are: not by the first value of a column, and not
# by so few rows that a text further down makes bad records.
{
    echo "late,text,number"
    for i in $(seq 400); do
        [ "$i" -eq 1 ] && late= || late=$((i % 7))
        [ "$i" -eq 300 ] && text=none || text=$((i % 5))
        echo "$late,$text,$((i == 9 ? 100000 : i % 11))"
    done
} >table.csv
oddflow detect --no-window --missing zero --features all table.csv
oddflow detect -q --no-window --missing zero --features all -o csv table.csv >a
oddflow detect -q --no-window --missing zero --features all -o csv --block-size 4k table.csv | cmp - a && echo "the same in small blocks"
oddflow detect -q --no-window --missing zero --features all -o csv - <table.csv | cmp - a && echo "the same from standard input"
{ head -n 1 table.csv; sleep 0.2; tail -n +2 table.csv; } | oddflow detect -q --no-window --missing zero --features all -o csv - | cmp - a && echo "the same from a slow pipe"
