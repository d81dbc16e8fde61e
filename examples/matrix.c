/*
 * Matrix level: scale an array of doubles and run a detector on it. No files, no time. Also compiles as C++.
 *
 *     cc matrix.c $(pkg-config --cflags --libs oddflow) -o matrix && ./matrix
 */
#include <stdio.h>

#include <oddflow/oddflow.h>

enum { ROWS = 8, COLS = 2 };

/* bytes and packets of eight flows; the last one is odd */
static const double flows[ROWS * COLS] = {
    60, 1, 66, 1, 120, 2, 132, 2, 180, 3, 186, 3, 240, 4, 61638544, 72157,
};

int main(void)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct odd_matrix_view view = {flows, ROWS, COLS, 0};
    double scaled[ROWS * COLS], mean[COLS], std[COLS], scores[ROWS];
    int32_t labels[ROWS];

    if (odd_scale("standard", &view, scaled, mean, std, &err)) {
        fprintf(stderr, "matrix: %s\n", err.message);
        return 1;
    }
    view.data = scaled;
    if (odd_detect("dbscan:eps=0.5,min_samples=3", &view, labels, scores, &err)) {
        fprintf(stderr, "matrix: %s\n", err.message);
        return 1;
    }
    printf("mean %.1f bytes, %.1f packets\n", mean[0], mean[1]);
    for (int i = 0; i < ROWS; i++)
        printf("row %d: cluster %d, score %.1f%s\n", i, (int)labels[i], scores[i],
               labels[i] < 0 ? "  <- odd" : "");
    return 0;
}
