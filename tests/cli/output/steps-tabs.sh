# Rows in any order and tabs between columns: the first window of the whole file, readable.
{
    printf 'StartTime\tTotBytes\n'
    for i in 9 1 8 2 7 3 6 4 5; do printf '2011-08-10 09:4%d:00\t%d\n' $i $i; done
    printf '2011-08-10 12:00:00\t1\n2011-08-10 09:41:30\t5\n'
} >rows.tsv
oddflow detect --hold 1M --steps rows.tsv
