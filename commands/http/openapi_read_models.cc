#include "commands/http/openapi_parts.h"

namespace provodka::http {

constinit const std::string_view kReadModelPaths = R"json({
    "/v1/{tenant}/views/{view}": {
      "get": {
        "summary": "Rows of a public view of the read models, paged, filtered and sorted",
        "description": "Any other parameter is a condition on a column, and all of them hold: column=value, or column.eq, .ne, .lt, .le, .gt, .ge, .like (texts; % and _ as in SQL, letters of either case) and .null (true or false). Rows without a value fit .ne. A column that has the name of a parameter below takes .eq. projection_status, of all tenants, says how far each read model has followed the log.",
        "parameters": [
          {"$ref": "#/components/parameters/tenant"},
          {"name": "view", "in": "path", "required": true, "schema": {"type": "string", "pattern": "^[a-z0-9_]{1,63}$"}},
          {"name": "sort", "in": "query", "description": "columns between commas, - before one that descends; rows without a value come last, and the view's key decides the rest", "schema": {"type": "string"}},
          {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}},
          {"name": "cursor", "in": "query", "description": "next of the page before, with the same conditions and order", "schema": {"type": "string"}},
          {"name": "format", "in": "query", "description": "goes before Accept", "schema": {"enum": ["json", "csv"], "default": "json"}},
          {"name": "condition", "in": "query", "style": "form", "explode": true, "schema": {"type": "object", "additionalProperties": {"type": "string"}}}
        ],
        "responses": {
          "200": {
            "description": "Integers and booleans are those of JSON; decimals, times (RFC 3339, UTC) and dates are strings",
            "headers": {"Provodka-Next": {"description": "with CSV: the cursor of the next page, where there is one", "schema": {"type": "string"}}},
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Rows"}}, "text/csv": {"schema": {"type": "string", "description": "RFC 4180 with a header line; null is empty, an empty text is in quotes"}}}
          },
          "default": {"$ref": "#/components/responses/Problem"}
        }
      }
    },
    "/v1/log": {
      "get": {
        "summary": "The exact lines of the shard, of all tenants, behind a position, for projectors and mirrors that run apart",
        "parameters": [
          {"name": "after", "in": "query", "description": "the position of the last line that is known", "schema": {"type": "integer", "minimum": 0, "default": 0}},
          {"name": "wait", "in": "query", "description": "how many seconds to wait where there is nothing yet", "schema": {"type": "integer", "minimum": 0, "maximum": 30, "default": 0}}
        ],
        "responses": {
          "200": {
            "description": "Some 256 KiB of lines at most, the last of which may pass that",
            "headers": {
              "Provodka-First": {"description": "the position of the first line", "schema": {"type": "integer"}},
              "Provodka-Last": {"description": "the position of the last line", "schema": {"type": "integer"}},
              "Provodka-Durable": {"$ref": "#/components/headers/Durable"}
            },
            "content": {"application/x-ndjson": {"schema": {"type": "string"}}}
          },
          "204": {"description": "There is nothing behind it yet", "headers": {"Provodka-Durable": {"$ref": "#/components/headers/Durable"}}},
          "default": {"$ref": "#/components/responses/Problem"}
        }
      }
    },)json";

}  // namespace provodka::http
