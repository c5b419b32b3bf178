/* The floor in C: so many connections, and for each line on standard input one send() to each.
 *
 *     send_floor CONNECTIONS
 *
 * Says its port, then after each round the processor time of one send() in microseconds.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { FRAME_BYTES = 304 };

static double used_us(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return used.tv_sec * 1e6 + used.tv_nsec / 1e3;
}

static int listen_here(void)
{
    struct sockaddr_in here = {.sin_family = AF_INET};
    socklen_t size = sizeof here;
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listening, (struct sockaddr *)&here, size) || listen(listening, 4096) ||
        getsockname(listening, (struct sockaddr *)&here, &size))
        exit(1);
    printf("%d\n", ntohs(here.sin_port));
    fflush(stdout);
    return listening;
}

static int accept_one(int listening)
{
    int one = 1, connection = accept(listening, NULL, NULL);
    if (connection < 0)
        exit(1);
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(connection, F_SETFL, O_NONBLOCK);
    return connection;
}

int main(int argc, char **argv)
{
    int many = argc > 1 ? atoi(argv[1]) : 0, listening = listen_here();
    int *connections = malloc(sizeof(int) * (many > 0 ? many : 1));
    char frame[FRAME_BYTES], line[16];
    if (many <= 0 || connections == NULL)
        return 2;
    memset(frame, 'x', sizeof frame);
    for (int i = 0; i < many; i++)
        connections[i] = accept_one(listening);
    while (fgets(line, sizeof line, stdin)) {
        double before = used_us();
        for (int i = 0; i < many; i++)
            if (send(connections[i], frame, sizeof frame, 0) != sizeof frame)
                return 1;
        printf("%.3f\n", (used_us() - before) / many);
        fflush(stdout);
    }
    return 0;
}
