"""Query words of the RouterOS API: `?name=value` and the operators on a stack of results.

Several results without an operator are joined by "and". https://manual.mikrotik.com/docs/developer-guides/api.md
"""

from routeros_values import API, Trap, yes_or_no


def same(shown, wanted):
    """A router compares values, not spellings: yes is true."""
    return shown == wanted or (shown in ("true", "false") and yes_or_no(wanted) == shown)


def number_of(text):
    try:
        return int(text)
    except ValueError:
        return None


def smaller(left, right):
    a, b = number_of(left), number_of(right)
    return a < b if a is not None and b is not None else left < right


def equalities(words):
    """{name: value} when the query is nothing but `?name=value` words, else None."""
    found = {}
    for word in words:
        body = word[2:] if word.startswith("?=") else word[1:]
        name, equal, value = body.partition("=")
        if not equal or not name or name[0] in "<>#-" or name in found:
            return None
        found[name] = value
    return found


def term(word):
    """A function of an item's properties for a query word that is no operator."""
    body = word[1:]
    if body.startswith("-"):
        name = body[1:]
        return lambda item: name not in item
    compare = same
    if body[:1] in ("<", ">", "="):
        compare = {"<": smaller, ">": lambda shown, wanted: smaller(wanted, shown), "=": same}[body[0]]
        body = body[1:]
    name, equal, value = body.partition("=")
    if not equal:
        return lambda item: name in item
    return lambda item: name in item and compare(item[name], value)


def steps_of(operators):
    """The operators of one `?#` word. An index that ends the word keeps that value alone, another pushes a copy."""
    at = 0
    while at < len(operators):
        if operators[at] in "!&|.":
            yield (operators[at], 0)
            at += 1
            continue
        end = at
        while end < len(operators) and operators[end].isdigit():
            end += 1
        if end == at:
            raise Trap(f"invalid query operator {operators[at]}", API)
        yield ("copy" if end < len(operators) else "keep", int(operators[at:end]))
        at = end + 1 if operators[end : end + 1] == "." else end


def compiled(words):
    """A predicate over the properties of an item, for the query words of one sentence."""
    program = []
    for word in words:
        if word.startswith("?#"):
            program += steps_of(word[2:])
        else:
            program.append(("term", term(word)))
    if all(step == "term" for step, _ in program):
        terms = [value for _, value in program]
        return lambda item: all(holds(item) for holds in terms)
    return lambda item: evaluated(program, item)


def evaluated(program, item):
    stack = []
    try:
        for step, value in program:
            if step == "term":
                stack.append(value(item))
            elif step == "!":
                stack[-1] = not stack[-1]
            elif step == "&":
                right = stack.pop()
                stack[-1] = stack[-1] and right
            elif step == "|":
                right = stack.pop()
                stack[-1] = stack[-1] or right
            elif step == ".":
                stack.append(stack[-1])
            elif step == "copy":
                stack.append(stack[-1 - value])
            else:
                stack = [stack[-1 - value]]
    except IndexError:
        raise Trap("query stack is empty", API) from None
    return all(stack)
