f=$DATA/two-windows.binetflow
oddflow detect --since 2011-08-10T09:46:10Z --until 2011/08/10.09:48:10 -o csv --windows-only "$f"
oddflow detect --since 2012-01-01T00:00:00Z "$f"
echo $?
oddflow detect --since 2011-08-10T09:46:10Z --until 2011-08-10T09:46:00Z "$f"
echo $?
# Digits that look like a date are not seconds of 1970.
for time in 2012 20120110; do oddflow detect --since $time "$f"; echo $?; done
oddflow detect -q --since 1312969690 -o csv --windows-only "$f"
