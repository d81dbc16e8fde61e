/* Runs a fuzz target over the files of a corpus folder under any compiler: the regression half of fuzzing. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data = NULL;
    long size;
    int status = 1;

    if (!f)
        return 1;
    if (fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0 || fseek(f, 0, SEEK_SET))
        goto done;
    data = malloc((size_t)size + 1); /* exact size but for the empty file, so that ASan sees overreads */
    if (!data || fread(data, 1, (size_t)size, f) != (size_t)size)
        goto done;
    LLVMFuzzerTestOneInput(data, (size_t)size);
    status = 0;
done:
    free(data);
    fclose(f);
    return status;
}

int main(int argc, char **argv)
{
    size_t n = 0;
    DIR *dir;
    struct dirent *entry;

    if (argc != 2 || !(dir = opendir(argv[1]))) {
        fprintf(stderr, "usage: %s CORPUS_FOLDER (must exist)\n", argv[0]);
        return 2;
    }
    while ((entry = readdir(dir))) {
        char path[4096];

        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        if (replay_file(path)) {
            fprintf(stderr, "cannot read %s\n", path);
            return 1;
        }
        n++;
    }
    closedir(dir);
    printf("%zu inputs replayed\n", n);
    return n == 0;
}
