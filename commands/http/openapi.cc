#include "commands/http/openapi.h"

#include "commands/http/openapi_parts.h"
#include "commands/http/problem.h"
#include "ledger/codec/schema.h"
#include "ledger/domain/rejections.h"

#include <fmt/format.h>

namespace provodka::http {
namespace {

constexpr std::string_view kPaths = R"json({
    "/v1/commands": {
      "post": {
        "summary": "One command, answered when it is durable",
        "parameters": [
          {"name": "Idempotency-Key", "in": "header", "description": "stands in where the command has no id", "schema": {"type": "string", "minLength": 1, "maxLength": 128}},
          {"$ref": "#/components/parameters/actor"}
        ],
        "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Command"}}}},
        "responses": {
          "201": {"description": "It is recorded", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Recorded"}}}},
          "200": {"description": "It was recorded before; this is the first answer", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Recorded"}}}},
          "default": {"$ref": "#/components/responses/Problem"}
        }
      }
    },
    "/v1/commands/batch": {
      "post": {
        "summary": "A command a line, an answer a line, in the same order and while more arrives",
        "parameters": [
          {"name": "atomic", "in": "query", "description": "all lines are recorded or none; at most 10,000 lines", "schema": {"type": "boolean", "default": false}},
          {"name": "return", "in": "query", "description": "events: each line says as much as the answer to a single command", "schema": {"enum": ["sequence", "events"], "default": "sequence"}},
          {"$ref": "#/components/parameters/actor"}
        ],
        "requestBody": {"required": true, "content": {"application/x-ndjson": {"schema": {"$ref": "#/components/schemas/Command"}}}},
        "responses": {
          "200": {"description": "A line for each line that is not empty", "content": {"application/x-ndjson": {"schema": {"$ref": "#/components/schemas/BatchLine"}}}},
          "default": {"$ref": "#/components/responses/Problem"}
        }
      }
    },
    "/v1/{tenant}/accounts/{account}": {
      "get": {
        "summary": "How an account stands",
        "parameters": [{"$ref": "#/components/parameters/tenant"}, {"name": "account", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/Id"}}],
        "responses": {
          "200": {"description": "The account", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Account"}}}},
          "default": {"$ref": "#/components/responses/Problem"}
        }
      }
    },
    "/v1/{tenant}/subscribers/{subscriber}": {
      "get": {
        "summary": "Who a subscriber is; once erased, only that there was one",
        "parameters": [{"$ref": "#/components/parameters/tenant"}, {"name": "subscriber", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/Id"}}],
        "responses": {
          "200": {"description": "The subscriber", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Subscriber"}}}},
          "default": {"$ref": "#/components/responses/Problem"}
        }
      }
    },
    "/v1/{tenant}/events": {
      "get": {
        "summary": "The exact lines of the tenant's log: a page of them, or all of them and those to come as server-sent events",
        "parameters": [
          {"$ref": "#/components/parameters/tenant"},
          {"name": "after", "in": "query", "description": "the sequence of the last event that is known", "schema": {"type": "integer", "minimum": 0, "default": 0}},
          {"name": "limit", "in": "query", "description": "a stream has no default and ends after so many", "schema": {"type": "integer", "minimum": 1, "maximum": 10000, "default": 1000}},
          {"name": "Last-Event-ID", "in": "header", "description": "for streams; goes before after", "schema": {"type": "string"}}
        ],
        "responses": {
          "200": {"description": "CloudEvents 1.0 in JSON, a line each; in a stream id is the sequence, event the type and data the line", "content": {"application/x-ndjson": {"schema": {"type": "string"}}, "text/event-stream": {"schema": {"type": "string"}}}},
          "default": {"$ref": "#/components/responses/Problem"}
        }
      }
    },
    "/v1/{tenant}/runs": {
      "get": {
        "summary": "The reports of billing runs, the newest first: expected = charged + skipped",
        "parameters": [
          {"$ref": "#/components/parameters/tenant"},
          {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 31}},
          {"name": "cursor", "in": "query", "description": "next of the page before", "schema": {"type": "string"}}
        ],
        "responses": {
          "200": {"description": "A row is what billing.run_completed says, with its sequence and time", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Runs"}}}},
          "default": {"$ref": "#/components/responses/Problem"}
        }
      }
    },
    "/v1/{tenant}/preview": {
      "get": {
        "summary": "What a billing run up to an instant would come to, in the future too; nothing is recorded",
        "parameters": [
          {"$ref": "#/components/parameters/tenant"},
          {"name": "through", "in": "query", "required": true, "description": "at most 400 days ahead", "schema": {"type": "string", "format": "date-time"}},
          {"name": "shortfalls", "in": "query", "description": "also whose money does not suffice, at the first charge for which it does not", "schema": {"type": "boolean"}}
        ],
        "responses": {
          "200": {"description": "As a report, with how many access points would go off", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Preview"}}}},
          "default": {"$ref": "#/components/responses/Problem"}
        }
      }
    },
    "/v1/{tenant}/checkpoint": {
      "get": {
        "summary": "The signed head of the tenant's log (C2SP tlog-checkpoint)",
        "parameters": [{"$ref": "#/components/parameters/tenant"}],
        "responses": {"200": {"description": "A signed note", "content": {"text/plain": {"schema": {"type": "string"}}}}, "default": {"$ref": "#/components/responses/Problem"}}
      }
    },
    "/v1/{tenant}/keys": {
      "get": {
        "summary": "The verifier keys of the checkpoints, one a line (C2SP signed-note)",
        "parameters": [{"$ref": "#/components/parameters/tenant"}],
        "responses": {"200": {"description": "The keys", "content": {"text/plain": {"schema": {"type": "string"}}}}, "default": {"$ref": "#/components/responses/Problem"}}
      }
    },
    "/v1/{tenant}/tile/{path}": {
      "get": {
        "summary": "A tile of the tree or a bundle of entries (C2SP tlog-tiles)",
        "parameters": [
          {"$ref": "#/components/parameters/tenant"},
          {"name": "path", "in": "path", "required": true, "description": "<L>/<N>[.p/<W>] or entries/<N>[.p/<W>]; its slashes are not encoded", "schema": {"type": "string"}}
        ],
        "responses": {"200": {"description": "The tile", "content": {"application/octet-stream": {}}}, "default": {"$ref": "#/components/responses/Problem"}}
      }
    },
    "/healthz": {
      "get": {"summary": "The process lives", "responses": {"200": {"description": "It does", "content": {"application/json": {"schema": {"type": "object"}}}}}}
    },
    "/readyz": {
      "get": {
        "summary": "Commands are accepted",
        "responses": {
          "200": {"description": "They are", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Readiness"}}}},
          "default": {"$ref": "#/components/responses/Problem"}
        }
      }
    },
    "/openapi.json": {
      "get": {"summary": "This description", "responses": {"200": {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}}}}
    }
  })json";

constexpr std::string_view kParameters = R"json({
      "tenant": {"name": "tenant", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/Id"}},
      "actor": {"name": "Provodka-Actor", "in": "header", "description": "who it is; believed, as only the machine itself reaches the server", "schema": {"type": "string", "minLength": 1, "maxLength": 128, "default": "local"}}
    })json";

constexpr std::string_view kSchemas =
    R"json(      "Id": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
      "Decimal": {"type": "string", "pattern": "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$"},
      "Access": {"enum": ["on", "off"]},
      "Recorded": {
        "type": "object",
        "properties": {
          "sequence": {"type": "integer", "description": "the tenant's, of the last event"},
          "position": {"type": "integer", "description": "an opaque cursor"},
          "events": {"type": "array", "items": {"type": "string"}},
          "balances": {
            "type": "object",
            "additionalProperties": {
              "type": "object",
              "properties": {
                "balance": {"$ref": "#/components/schemas/Decimal"},
                "available": {"$ref": "#/components/schemas/Decimal"},
                "access": {"$ref": "#/components/schemas/Access"}
              },
              "required": ["balance", "available", "access"]
            }
          }
        },
        "required": ["sequence", "position", "events", "balances"]
      },
      "BatchLine": {
        "type": "object",
        "properties": {
          "line": {"type": "integer", "minimum": 1},
          "status": {"type": "integer"},
          "sequence": {"type": "integer"},
          "position": {"type": "integer"},
          "events": {"type": "array", "items": {"type": "string"}},
          "balances": {"type": "object"},
          "problem": {"$ref": "#/components/schemas/Problem"}
        },
        "required": ["line", "status"]
      },
      "Account": {
        "type": "object",
        "properties": {
          "account": {"$ref": "#/components/schemas/Id"},
          "label": {"type": "string"},
          "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
          "balance": {"$ref": "#/components/schemas/Decimal"},
          "credit_limit": {"$ref": "#/components/schemas/Decimal"},
          "available": {"$ref": "#/components/schemas/Decimal"},
          "access": {"$ref": "#/components/schemas/Access"},
          "points": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "point": {"$ref": "#/components/schemas/Id"},
                "access": {"$ref": "#/components/schemas/Access"},
                "reasons": {"type": "array", "items": {"type": "string"}},
                "version": {"type": "integer"}
              },
              "required": ["point", "access", "reasons", "version"]
            }
          },
          "version": {"type": "integer", "description": "for expect"},
          "position": {"type": "integer", "description": "an opaque cursor"},
          "status": {"enum": ["open", "closed"]}
        },
        "required": ["account", "label", "currency", "balance", "credit_limit", "available", "access", "points", "version", "position", "status"]
      },
      "Subscriber": {
        "type": "object",
        "properties": {
          "subscriber": {"$ref": "#/components/schemas/Id"},
          "kind": {"enum": ["person", "company"]},
          "language": {"$ref": "#/components/schemas/Id"},
          "hold": {"type": "boolean", "description": "a legal hold keeps it from being erased"},
          "erased": {"type": "boolean", "description": "the members after accounts are gone for ever"},
          "accounts": {"type": "array", "items": {"$ref": "#/components/schemas/Id"}},
          "name": {"type": "string"},
          "phones": {"type": "array", "items": {"type": "string", "description": "E.164"}},
          "email": {"type": "string"},
          "addresses": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "text": {"type": "string"},
                "street": {"type": "string"},
                "lat": {"$ref": "#/components/schemas/Decimal"},
                "lon": {"$ref": "#/components/schemas/Decimal"}
              },
              "required": ["text"]
            }
          },
          "tax_number": {"type": "string"},
          "registration": {"type": "string"},
          "contract": {
            "type": "object",
            "properties": {"number": {"type": "string"}, "date": {"type": "string", "format": "date"}},
            "required": ["number"]
          },
          "document": {"type": "string"},
          "note": {"type": "string"}
        },
        "required": ["subscriber", "kind", "hold", "erased", "accounts"]
      },
      "Rows": {
        "type": "object",
        "properties": {"rows": {"type": "array", "items": {"type": "object"}}, "next": {"type": ["string", "null"], "description": "a cursor"}},
        "required": ["rows", "next"]
      },
      "Runs": {
        "type": "object",
        "properties": {"rows": {"type": "array", "items": {"type": "object"}}, "next": {"type": ["string", "null"]}},
        "required": ["rows", "next"]
      },
      "Preview": {
        "type": "object",
        "properties": {
          "through": {"type": "string", "format": "date-time"},
          "expected": {"type": "integer"},
          "charged": {"type": "integer"},
          "skipped": {"type": "array", "items": {"type": "object", "properties": {"reason": {"type": "string"}, "count": {"type": "integer"}}, "required": ["reason", "count"]}},
          "services": {"type": "array", "items": {"type": "object", "properties": {"service": {"$ref": "#/components/schemas/Id"}, "charges": {"type": "integer"}, "amount": {"$ref": "#/components/schemas/Decimal"}, "currency": {"type": "string"}}, "required": ["service", "charges", "amount", "currency"]}},
          "blocked": {"type": "integer", "description": "access points that would go off"},
          "shortfalls": {"type": "array", "description": "where asked for: accounts whose money does not suffice, and what would have to come in for the first charge for which it does not", "items": {"type": "object", "properties": {"account": {"$ref": "#/components/schemas/Id"}, "on": {"type": "string", "format": "date"}, "missing": {"$ref": "#/components/schemas/Decimal"}, "currency": {"type": "string"}}, "required": ["account", "on", "missing", "currency"]}}
        },
        "required": ["through", "expected", "charged", "skipped", "services", "blocked"]
      },
      "Readiness": {
        "type": "object",
        "properties": {
          "status": {"const": "ready"},
          "durable": {"type": "integer"},
          "trees": {"type": "integer"},
          "damage": {"type": "array", "items": {"type": "object"}}
        },
        "required": ["status", "durable", "trees", "damage"]
      },
)json";

// The status, code and title of everything that can be refused, as cases of one schema.
std::string codes() {
  std::string text;
  const auto add = [&](uint16_t status, std::string_view code, std::string_view title) {
    text += fmt::format("{}\n            {{\"const\": \"{}\", \"description\": \"{} {}\"}}",
                        text.empty() ? "" : ",", code, status, title);
  };
  for (const ProblemKind* kind : all_problems()) add(kind->status, kind->code, kind->title);
  for (const RejectionKind* kind : all_rejections()) add(kind->status, kind->code, kind->title);
  return text;
}

std::string problem_schema() {
  return fmt::format(R"json(      "Problem": {{
        "type": "object",
        "description": "RFC 9457",
        "properties": {{
          "type": {{"type": "string"}},
          "title": {{"type": "string"}},
          "status": {{"type": "integer"}},
          "code": {{"oneOf": [{}
          ]}},
          "detail": {{"type": "string"}},
          "sequence": {{"type": "integer", "description": "of what was recorded under the id"}},
          "line": {{"type": "integer", "description": "of an atomic batch"}},
          "errors": {{"type": "array", "items": {{"type": "object", "properties": {{"pointer": {{"type": "string"}}, "detail": {{"type": "string"}}}}, "required": ["pointer", "detail"]}}}},
          "problem": {{"$ref": "#/components/schemas/Problem"}}
        }},
        "required": ["type", "title", "status", "code", "detail"]
      }})json",
                     codes());
}

std::string indented(std::string_view text, std::string_view pad) {
  std::string out;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (!out.empty()) out.append("\n").append(pad);
    out += text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return out;
}

}  // namespace

std::string openapi() {
  constexpr std::string_view kFolder = "commands/", kEnding = ".json";
  std::string commands, references, mapping;
  for (const auto& [file, schema] : codec::schemas()) {
    if (!file.starts_with(kFolder)) continue;
    const std::string name = file.substr(kFolder.size(), file.size() - kFolder.size() - kEnding.size());
    commands += fmt::format(",\n      \"{}\": {}", name, indented(schema, "      "));
    const std::string_view comma = references.empty() ? "" : ", ";
    references += fmt::format("{}{{\"$ref\": \"#/components/schemas/{}\"}}", comma, name);
    mapping += fmt::format("{}\"{}\": \"#/components/schemas/{}\"", comma, name, name);
  }
  return fmt::format(R"json({{
  "openapi": "3.1.0",
  "info": {{"title": "Provodka", "version": "1", "description": "The billing ledger of an internet provider"}},
  "paths": {}{},
  "components": {{
    "parameters": {},
    "headers": {{
      "Durable": {{"description": "the position of the last line that is durable", "schema": {{"type": "integer"}}}}
    }},
    "responses": {{
      "Problem": {{"description": "It was refused", "content": {{"application/problem+json": {{"schema": {{"$ref": "#/components/schemas/Problem"}}}}}}}}
    }},
    "schemas": {{
{}{},
      "Command": {{"oneOf": [{}], "discriminator": {{"propertyName": "type", "mapping": {{{}}}}}}}{}
    }}
  }}
}}
)json",
                     kReadModelPaths, kPaths.substr(1), kParameters, kSchemas, problem_schema(), references,
                     mapping, commands);
}

}  // namespace provodka::http
