/* What hosts do again and again: rows of a table (errand_table.c), run for every host and day by errand.c. */
#ifndef ODDFLOW_SYNTH_CAMPUS_ERRAND_H
#define ODDFLOW_SYNTH_CAMPUS_ERRAND_H

#include "synth/campus/day.h"

/* With whom. */
enum oddi_peer {
    ODDI_PEER_SITES,     /* mostly the host's own favourites, sometimes what is popular, sometimes anything */
    ODDI_PEER_POPULAR,   /* popular sites of the world */
    ODDI_PEER_CLOUD,     /* the host's own storage provider */
    ODDI_PEER_AGENTS,    /* makers of the software on all hosts */
    ODDI_PEER_CHAT,      /* the host's own message service */
    ODDI_PEER_STRANGERS, /* other people's computers */
    ODDI_PEER_MAIL,      /* mail servers of the world */
    ODDI_PEER_DOWNLOADS, /* where updates come from */
    ODDI_PEER_GAMES,     /* game services of the world */
    ODDI_PEER_NAMES,     /* name servers of the world */
    ODDI_PEER_CLOCKS,
    ODDI_PEER_SERVER,     /* the site's server `server` */
    ODDI_PEER_FILES,      /* the file server of the host's department */
    ODDI_PEER_ANY_SERVER, /* each of the site's servers in turn */
    ODDI_PEER_CHARGES,    /* machines that the host administers: twelve of its own */
    ODDI_PEER_NEW_CHARGE, /* any office machine or server, for once */
    ODDI_PEER_ROOM,       /* any room */
    ODDI_PEER_DEAD,       /* an address where nobody is, always the same */
};

enum oddi_when {
    ODDI_WHEN_USER,    /* by the rhythm of the user, if there today; as much as the host's level says */
    ODDI_WHEN_MACHINE, /* evenly, if switched on; always about as much */
    ODDI_WHEN_NIGHT,   /* between 1 and 5 in the morning, if always on */
    ODDI_WHEN_TICK,    /* every `minutes`, while switched on */
};

struct oddi_errand {
    enum oddi_campus_label label;
    enum oddi_talk_id talk;
    enum oddi_peer peer;
    enum oddi_server server; /* with ODDI_PEER_SERVER */
    enum oddi_when when;
    unsigned who;  /* ODDI_WHO() of the nets whose hosts do it */
    uint16_t part; /* per mille of those hosts who have the habit */
    uint16_t
        it_part; /* the same for the hosts of the first department, which looks after the others; 0: `part` */
    bool only;   /* only server `only_server` does it */
    enum oddi_server only_server;
    uint32_t a_day;       /* thousandths of sessions a day; ODDI_WHEN_TICK: unused */
    uint16_t minutes;     /* ODDI_WHEN_TICK: between two */
    uint8_t jitter;       /* ODDI_WHEN_TICK: per cent of `minutes` by which one may come later */
    uint8_t flows[2];     /* least and most flows of a session */
    uint16_t seconds;     /* over which they spread */
    uint8_t lookups;      /* name lookups before a session, at most */
    bool same_peer;       /* all flows of a session go to one peer */
    uint8_t free_percent; /* how much of it is left on a free day; 0: all */
};

/* NULL past the end. */
const struct oddi_errand *oddi_errand_at(uint32_t i);

#endif
