#include "adapters/routeros/sentence.h"

#include "tests/adapters/routeros/support.h"

#include <algorithm>

namespace provodka::routeros {
namespace {

using test::from_hex;
using test::to_hex;
using Words = std::vector<std::string>;

std::string length(uint32_t bytes) {
  std::string out;
  append_length(out, bytes);
  return to_hex(out);
}

std::string sentence(const Words& words) {
  std::string out;
  append_sentence(out, words);
  return to_hex(out);
}

// All that comes of these bytes when they arrive so many at a time.
struct Decoded {
  std::vector<Words> sentences;
  std::string fault;
};

Decoded decode(std::string_view bytes, size_t piece, SentenceLimits limits = {}) {
  Decoder decoder(limits);
  Decoded decoded;
  std::vector<std::string_view> words;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    decoder.feed(bytes.substr(0, piece));
    for (;;) {
      const auto whole = decoder.next(words);
      if (!whole) {
        decoded.fault = whole.error().what;
        return decoded;
      }
      if (!*whole) break;
      decoded.sentences.emplace_back(words.begin(), words.end());
    }
  }
  return decoded;
}

TEST_CASE("the prefix of a length has the least bytes") {
  const std::pair<uint32_t, const char*> rows[] = {
      {0, "00"},
      {1, "01"},
      {0x7f, "7f"},
      {0x80, "8080"},
      {0x87, "8087"},
      {200, "80c8"},
      {300, "812c"},
      {0x3fff, "bfff"},
      {0x4000, "c04000"},
      {17000, "c04268"},
      {0x4321, "c04321"},
      {0x1fffff, "dfffff"},
      {0x200000, "e0200000"},
      {0x2acdef, "e02acdef"},
      {0xfffffff, "efffffff"},
      {0x10000000, "f010000000"},
      {0x10000080, "f010000080"},
      {0xffffffff, "f0ffffffff"},
  };
  for (const auto& [bytes, hex] : rows) {
    CAPTURE(bytes);
    CHECK(length(bytes) == hex);
  }
}

struct Vector {
  Words words;
  const char* hex;
};

const Vector kVectors[] = {
    {{"/login", "=name=admin", "=password="},
     "062f6c6f67696e0b3d6e616d653d61646d696e0a3d70617373776f72643d00"},
    {{"/login", "=name=bill", "=password=s3cr3t"},
     "062f6c6f67696e0a3d6e616d653d62696c6c103d70617373776f72643d73336372337400"},
    {{"!done"}, "0521646f6e6500"},
    {{"/ip/dhcp-server/lease/print", "?address=10.0.0.5", "=.proplist=.id,address,mac-address,block-access",
      ".tag=1"},
     "1b2f69702f646863702d7365727665722f6c656173652f7072696e74113f616464726573733d31302e302e302e352f3d2e70726"
     "f706c69"
     "73743d2e69642c616464726573732c6d61632d616464726573732c626c6f636b2d616363657373062e7461673d3100"},
    {{"/ip/dhcp-server/lease/set", "=.id=*1A", "=block-access=yes", ".tag=2"},
     "192f69702f646863702d7365727665722f6c656173652f736574083d2e69643d2a3141113d626c6f636b2d6163636573733d796"
     "573062e74"
     "61673d3200"},
    {{"!re", "=.id=*1A", "=address=10.0.0.5", ".tag=1"},
     "03217265083d2e69643d2a3141113d616464726573733d31302e302e302e35062e7461673d3100"},
    {{"!empty", ".tag=1"}, "0621656d707479062e7461673d3100"},
    {{"!done", ".tag=1"}, "0521646f6e65062e7461673d3100"},
    {{"!trap", "=category=1", "=message=input does not match any value of interface"},
     "0521747261700b3d63617465676f72793d31343d6d6573736167653d696e70757420646f6573206e6f74206d6174636820616e7"
     "92076616c"
     "7565206f6620696e7465726661636500"},
    {{"!fatal", "session terminated on request"},
     "0621666174616c1d73657373696f6e207465726d696e61746564206f6e207265717565737400"},
    {{"/ip/firewall/address-list/add", "=list=debtors", "=address=10.0.0.5", "=timeout=1d"},
     "1d2f69702f6669726577616c6c2f616464726573732d6c6973742f6164640d3d6c6973743d646562746f7273113d61646472657"
     "3733d3130"
     "2e302e302e350b3d74696d656f75743d316400"},
    {{"/cancel", "=tag=2", ".tag=7"}, "072f63616e63656c063d7461673d32062e7461673d3700"},
    {{"/queue/simple/set", "=.id=*5", "=max-limit=10M/50M"},
     "112f71756575652f73696d706c652f736574073d2e69643d2a35123d6d61782d6c696d69743d31304d2f35304d00"},
    {{"/ppp/secret/set", "=.id=*3", "=disabled=yes"},
     "0f2f7070702f7365637265742f736574073d2e69643d2a330d3d64697361626c65643d79657300"},
    {{"/ping", "=address=10.0.0.5", "=count=3"},
     "052f70696e67113d616464726573733d31302e302e302e35083d636f756e743d3300"},
    {{"=comment=ł"}, "0b3d636f6d6d656e743dc58200"},
    {{"=comment=Долг"}, "113d636f6d6d656e743dd094d0bed0bbd0b300"},
};

TEST_CASE("sentences are written as the vectors have them") {
  for (const Vector& vector : kVectors) {
    CAPTURE(vector.words.front());
    CHECK(sentence(vector.words) == vector.hex);
  }
}

TEST_CASE("sentences are read however their bytes are cut") {
  std::string all;
  std::vector<Words> expected;
  for (const Vector& vector : kVectors) {
    all += from_hex(vector.hex);
    expected.push_back(vector.words);
  }
  for (const size_t piece : {size_t{1}, size_t{2}, size_t{7}, size_t{64}, all.size()}) {
    CAPTURE(piece);
    const Decoded decoded = decode(all, piece);
    CHECK(decoded.fault == "");
    CHECK(decoded.sentences == expected);
  }
}

TEST_CASE("words of every length of prefix come through") {
  for (const size_t bytes : {1, 127, 128, 16383, 16384, 100000, 0x1fffff, 0x200000}) {
    CAPTURE(bytes);
    const std::string word(bytes, 'x');
    std::string out;
    append_sentence(out, {"!re", word});
    const SentenceLimits limits{
        .word_bytes_max = 0x200000, .words_max = 8, .sentence_bytes_max = 0x400000, .first = '!'};
    const Decoded decoded = decode(out, bytes > 100000 ? 65536 : 1, limits);
    CHECK(decoded.fault == "");
    REQUIRE(decoded.sentences.size() == 1);
    CHECK((decoded.sentences.front() == Words{"!re", word}));
  }
}

TEST_CASE("sentences without words are skipped") {
  const Decoded decoded = decode(from_hex("0000"
                                          "0521646f6e6500"
                                          "00"),
                                 1);
  CHECK(decoded.fault == "");
  CHECK(decoded.sentences == std::vector<Words>{{"!done"}});
}

TEST_CASE("what cannot be read is a fault that names its byte, at once") {
  struct Row {
    const char* hex;
    const char* fault;
    size_t sentences;
  };
  const Row rows[] = {
      {"f8", "byte 0: 0xf8 is a control byte that is not known", 0},
      {"0521646f6e6500"
       "ff",
       "byte 7: 0xff is a control byte that is not known", 1},
      {"03217265f8", "byte 4: 0xf8 is a control byte that is not known", 0},
      {"f1", "byte 0: 0xf1 begins no length", 0},
      {"8005", "byte 0: the length 5 is written in 2 bytes, more than it needs", 0},
      {"8000", "byte 0: the length 0 is written in 2 bytes, more than it needs", 0},
      {"c03fff", "byte 0: the length 16383 is written in 3 bytes, more than it needs", 0},
      {"e01fffff", "byte 0: the length 2097151 is written in 4 bytes, more than it needs", 0},
      {"f00fffffff", "byte 0: the length 268435455 is written in 5 bytes, more than it needs", 0},
      {"80c9", "byte 0: a word of 201 bytes, more than the 200 allowed", 0},
      {"f0ffffffff", "byte 0: a word of 4294967295 bytes, more than the 200 allowed", 0},
      {"0161"
       "0162"
       "0163"
       "0164"
       "0165",
       "byte 8: a sentence of more than the 4 words allowed", 0},
  };
  const SentenceLimits limits{
      .word_bytes_max = 200, .words_max = 4, .sentence_bytes_max = 1000, .first = '\0'};
  for (const Row& row : rows) {
    for (const size_t piece : {1, 100}) {
      CAPTURE(row.hex, piece);
      const Decoded decoded = decode(from_hex(row.hex), piece, limits);
      CHECK(decoded.fault == row.fault);
      CHECK(decoded.sentences.size() == row.sentences);
    }
  }
  std::string long_one;
  append_sentence(long_one, Words(4, std::string(200, 'x')));
  CHECK(decode(long_one, 1, {.word_bytes_max = 200, .words_max = 4, .sentence_bytes_max = 500, .first = '\0'})
            .fault == "byte 404: a sentence of more than the 500 bytes allowed");
}

TEST_CASE("another protocol is told by its first byte") {
  SentenceLimits limits;
  limits.first = '!';
  CHECK(decode("HT", 1, limits).fault == "byte 0: a sentence begins with \"T\", which is no reply");
  const Decoded decoded = decode(from_hex("0521646f6e6500") + "SSH-2.0-ROSSSH\r\n", 100, limits);
  CHECK(decoded.fault == "byte 7: a sentence begins with \"SH-2.0-ROSSSH??\", which is no reply");
  CHECK(decoded.sentences.size() == 1);
}

TEST_CASE("places are counted on over many sentences") {
  Decoder decoder;
  std::vector<std::string_view> words;
  for (int i = 0; i < 1000; ++i) {
    decoder.feed(from_hex("0521646f6e6500"));
    REQUIRE(decoder.next(words).value());
  }
  decoder.feed(from_hex("f9"));
  const auto failed = decoder.next(words);
  REQUIRE(!failed);
  CHECK(failed.error().what == "byte 7000: 0xf9 is a control byte that is not known");
}

TEST_CASE("a reply is its kind, its tag and its attributes") {
  const auto reply =
      parse_reply({"!re", "=.id=*1A", "=comment=a=b=c", "=empty=", "=bare", ".tag=17", ".other=1"});
  REQUIRE(reply);
  CHECK(reply->kind == ReplyKind::re);
  CHECK(reply->tag == "17");
  CHECK(reply->find(".id") == "*1A");
  CHECK(reply->find("comment") == "a=b=c");
  CHECK(reply->attributes.size() == 4);
  CHECK(reply->find("empty") == "");
  CHECK(reply->find("none") == "");

  CHECK(parse_reply({"!re"})->attributes.empty());
  CHECK(parse_reply({"!done", "=ret=*2"})->kind == ReplyKind::done);
  CHECK(parse_reply({"!trap"})->kind == ReplyKind::trap);
  CHECK(parse_reply({"!empty"})->kind == ReplyKind::empty);
  CHECK(parse_reply({"!news", "=a=b"})->kind == ReplyKind::unknown);
  const auto fatal = parse_reply({"!fatal", "session terminated on request"});
  CHECK(fatal->kind == ReplyKind::fatal);
  CHECK(fatal->text == "session terminated on request");
}

TEST_CASE("what begins with no reply word is a fault, fit to print") {
  const auto failed = parse_reply({"TP/1.1 400\r\n\x01"});
  REQUIRE(!failed);
  CHECK(failed.error().what == "a sentence begins with \"TP/1.1 400???\", which is no reply");
  CHECK(printable(std::string(1000, 'x')).size() == 203);
}

}  // namespace
}  // namespace provodka::routeros
