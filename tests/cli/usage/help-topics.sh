oddflow help detetc; echo $?
oddflow help nothing-like-it; echo $?
oddflow help --completion csh; echo $?
oddflow list readres; echo $?
oddflow list planets; echo $?
oddflow list readers writers; echo $?
oddflow list -o xml fields
