oddflow detct; echo $?
oddflow frobnicate; echo $?
oddflow --widnow; echo $?
cp "$DATA/table.csv" .
oddflow table.csv
