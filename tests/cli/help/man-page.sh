# The manual page passes mandoc's lint and names every option of detect.
command -v mandoc >/dev/null || { echo "no mandoc"; exit 77; }
oddflow help --man >oddflow.1
mandoc -T lint -W warning oddflow.1 || exit 1
mandoc -T utf8 -O width=80 oddflow.1 | sed 's/.\x08//g' >page
oddflow detect --help | grep -oE '^ +(-., )?--[a-z-]+' | grep -oE -e '--[a-z-]+' | while read -r option; do
    grep -q -e "$option" page || echo "$option is not in the manual page"
done
sed -n '3,12p' page
