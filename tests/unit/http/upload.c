/* Bodies that are read as they come, by the threads that own the socket meanwhile. */
#include "wire.h"

#include <stdio.h>
#include <unistd.h>

TEST(uploads_are_read_as_they_come)
{
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    int fd = dial(&w);
    say_z(fd, "PUT /up HTTP/1.1\r\n" HOST "Content-Length: 8000000\r\n\r\n");
    say_bytes(fd, 0, 8000000);
    say_z(fd, GET("/hello?then"));
    hear(fd, &h, false);
    CHECK(h.status == 200 && heard_is(&h, "8000000"));
    hear(fd, &h, false);
    CHECK(h.status == 200 && heard_is(&h, "hello then"));
    say_z(fd, "PUT /up HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
    for (size_t at = 0; at < 90000; at += 30000) {
        say_z(fd, "7530\r\n");
        say_bytes(fd, at, at + 30000);
        say_z(fd, "\r\n");
    }
    say_z(fd, "0\r\n\r\n" GET("/hello?last"));
    hear(fd, &h, false);
    CHECK(h.status == 200 && heard_is(&h, "90000"));
    hear(fd, &h, false);
    CHECK(h.status == 200 && heard_is(&h, "hello last"));
    say_z(fd, "PUT /up HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n");
    hear(fd, &h, false);
    CHECK(h.status == 200 && heard_is(&h, "0"));
    close(fd);
    heard_free(&h);
    wire_stop(&w);
}

TEST(who_asks_before_sending_is_told_to_go_on)
{
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    static const char *const paths[] = {"PUT /up", "POST /echo"};
    for (size_t i = 0; i < COUNT(paths); i++) {
        char head[128];
        int fd = dial(&w);
        snprintf(head, sizeof head,
                 "%s HTTP/1.1\r\n" HOST "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n",
                 paths[i]);
        say_z(fd, head);
        hear(fd, &h, false);
        CHECK(h.status == 100);
        say_bytes(fd, 0, 4);
        hear(fd, &h, false);
        CHECK(h.status == 200);
        close(fd);
    }
    int fd = dial(&w);
    say_z(fd,
          "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 65537\r\nExpect: 100-continue\r\n\r\n");
    hear(fd, &h, false);
    CHECK(h.status == 413);
    close(fd);
    heard_free(&h);
    wire_stop(&w);
}

TEST(an_upload_that_is_not_wanted_gets_its_answer)
{
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    int fd = dial(&w);
    say_z(fd, "PUT /up-refused HTTP/1.1\r\n" HOST "Content-Length: 200000\r\n\r\n");
    say_bytes(fd, 0, 100000);
    pause_ms(50);
    say_bytes(fd, 100000, 200000);
    hear(fd, &h, false);
    CHECK(h.status == 409 && str_eq(heard(&h, "Tus-Resumable"), S("1.0.0")));
    CHECK(ended(fd));
    close(fd);
    heard_free(&h);
    wire_stop(&w);
}

TEST(more_uploads_than_hands_are_sent_away)
{
    Wire w = wire_new();
    w.conf.upload_workers = 2;
    wire_start(&w);
    Heard h = {0};
    int fds[3];
    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = dial(&w);
        say_z(fds[i], "PUT /up HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\n");
        pause_ms(100);
    }
    hear(fds[2], &h, false);
    CHECK(h.status == 503 && heard(&h, "Retry-After").n && ended(fds[2]));
    for (size_t i = 0; i < 2; i++) {
        say_bytes(fds[i], 0, 4);
        hear(fds[i], &h, false);
        CHECK(h.status == 200);
    }
    for (size_t i = 0; i < COUNT(fds); i++)
        close(fds[i]);
    heard_free(&h);
    wire_stop(&w);
}
