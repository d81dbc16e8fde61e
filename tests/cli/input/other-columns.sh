# One line a window has no columns of the inputs, so they may differ; rows do not fit under two headers.
printf 'StartTime,TotBytes\n2011-08-10 09:46:01,5\n' >a.csv
printf 'TotBytes,TotPkts,StartTime\n7,1,2011-08-10 09:46:02\n' >b.csv
oddflow detect -q --windows-only -o csv a.csv b.csv; echo $?
oddflow detect -q -o csv a.csv b.csv; echo $?
