# Prints C with comments and the insides of string and character literals blanked, line for line, so that a search for
# a word finds code only. Usage: awk -f scripts/strip.awk [-v place=1] FILE...   (place: "FILE:LINE:" before each line)
FNR == 1 {
    in_comment = 0
    quote = ""
}
{
    line = $0
    out = ""
    n = length(line)
    for (i = 1; i <= n; i++) {
        c = substr(line, i, 1)
        two = substr(line, i, 2)
        if (in_comment) {
            if (two == "*/") {
                in_comment = 0
                i++
            }
            continue
        }
        if (quote != "") {
            if (c == "\\")
                i++
            else if (c == quote) {
                out = out c
                quote = ""
            }
            continue
        }
        if (two == "/*") {
            in_comment = 1
            out = out " "
            i++
            continue
        }
        if (two == "//")
            break
        if (c == "\"" || c == "'")
            quote = c
        out = out c
    }
    if (quote != "" && substr(line, n, 1) != "\\")
        quote = "" # an apostrophe in #error text
    print (place ? FILENAME ":" FNR ":" : "") out
}
