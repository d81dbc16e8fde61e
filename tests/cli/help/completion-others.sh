# zsh and fish read their completions; fish completes.
found=
if command -v zsh >/dev/null; then
    found=zsh
    oddflow help --completion zsh >_oddflow && zsh -n _oddflow || echo "zsh: not valid"
fi
if command -v fish >/dev/null; then
    found="$found fish"
    oddflow help --completion fish >oddflow.fish && fish -n oddflow.fish || echo "fish: not valid"
    HOME=$PWD fish -c "source oddflow.fish; complete -C 'oddflow detect -o nd'" | grep -q '^ndjson' || echo "fish: no ndjson"
    HOME=$PWD fish -c "source oddflow.fish; complete -C 'oddflow det'" | grep -q '^detect' || echo "fish: no detect"
fi
[ "$found" ] || { echo "neither zsh nor fish"; exit 77; }
