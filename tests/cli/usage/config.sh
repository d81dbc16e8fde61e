f=$DATA/two-windows.binetflow
printf '# my settings\nwindow = 2m\noutput = csv\nwindows-only = yes\n' >my.conf
echo "two minutes, from the file"
oddflow detect -q -c my.conf "$f"
echo "one minute, the command line overrules"
oddflow detect -q --window 1m -c my.conf "$f"
printf 'window = 1m\nwidnow = 1m\n' >wrong.conf
oddflow detect -c wrong.conf "$f"; echo $?
printf 'window = 1m\0\n' >nul.conf
oddflow detect -c nul.conf "$f"; echo $?
oddflow detect -c missing.conf "$f"; echo $?
oddflow detect -c . "$f"; echo $?
