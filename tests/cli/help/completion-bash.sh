# The completions are valid and complete what they should.
oddflow help --completion bash >oddflow.bash
bash -n oddflow.bash || exit 1
source ./oddflow.bash
complete -p oddflow
complete_words() {
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _oddflow
    echo "$* -> ${COMPREPLY[*]}"
}
complete_words oddflow ''
complete_words oddflow de
complete_words oddflow detect --or
complete_words oddflow detect --origin ''
complete_words oddflow detect --origin = st
complete_words oddflow detect --output =
complete_words oddflow detect -o nd
complete_words oddflow detect --features bytes,src_p
complete_words oddflow detect --scale ro
complete_words oddflow detect --detector db
complete_words oddflow detect -w ''
complete_words oddflow detect cap
complete_words oddflow list sc
complete_words oddflow help --completion ''
