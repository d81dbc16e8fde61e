#include "command_table.h"

static const struct cli_example examples[] = {
    {"oddflow hunt capture.binetflow", "the 20 oddest hosts, each with the presets that spoke and why"},
    {"oddflow hunt --home 10.0.0.0/8,192.168.0.0/16 -n 5 monday.csv.gz",
     "says what is inside; the first five"},
    {"oddflow hunt --preset hosts,scans,spam -o csv -w hosts.csv capture.binetflow",
     "three presets; every host's scores as CSV"},
    {"oddflow hunt --baseline campus.odd tuesday.binetflow",
     "by the presets and by what was learnt as normal, both for each host"},
    {"zstdcat capture.binetflow.zst | oddflow hunt -o ndjson -", "from a pipe, one JSON object a host"},
};

const struct cli_command cli_hunt = {
    .name = "hunt",
    .operands = "[FILE...]",
    .operand_choices = "<files>",
    .summary = "ranks the hosts of the home network by how odd they are, and says why",
    .about =
        "Runs many small presets ('oddflow presets') in one reading of the input and prints one line a host, "
        "oddest first, with the presets and times that spoke and the command that shows the flows. In each "
        "preset a host has two scores: maximum, its oddest window, corrected for how many windows it had; "
        "and "
        "persistence, the sum over windows of how high it stood. A host's score adds up, over presets, the "
        "better of its two ranks; 100 is a host that is first in every preset. With --baseline each plan of "
        "it that is "
        "about hosts is one more voice, told as novelty. Home is given by --home, else "
        "the private networks or, where few flows touch them, the /16 that most flows have an end in. The "
        "presets dns "
        "and exfiltration are not among the default ones: before days of memory, who asks rare name servers "
        "or "
        "sends to new peers is a busy host more often than an attacker.",
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .run = cli_run_analysis,
};
