using System.Globalization;
using Penalties.Intake;
using Penalties.Rules;

namespace Model.Tests.Fuzz;

/// <summary>What may go wrong with a webhook's members: each takes one draw and changes the list in place.</summary>
internal static class MemberMutations
{
    private static readonly string[] Names = [.. ComplaintForm.FieldNames.Order(StringComparer.Ordinal)];

    private static readonly string[] Times =
    [
        "0000-00-00T00:00:00Z", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "1582-10-15T00:00:00Z", "1599-12-31T00:00:00Z",
        "1969-12-31T23:59:59Z", "1999-12-31T23:59:59-14:00", "2000-01-01T00:00:00+14:00", "2026-02-29T12:00:00+09:00", "2026-09-18T24:00:00+09:00", "2026-09-18T23:59:60+09:00",
        "2026-09-18T10:00:00+99:99", "2026-09-18T10:00:00", "2026-09-18 10:00:00+09:00", "2026-09-18T10:00:00.12345678+09:00", "2026-09-18T10:00:00,5+09:00",
        "2026-9-18T10:00:00Z", "2038-01-19T03:14:08Z", "2099-12-31T23:59:59-14:00", "2100-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00",
        "20260918T100000Z", "1789693200", "now", "\u0662\u0660\u0662\u0666-09-18T10:00:00Z", "2026-09-18T10:00:00Z\n", "2026-09-18T10:00:00\u22120900",
    ];

    private static readonly string[] Hostile =
    [
        "a/b", "a\\b", "a#b", "a?b", "/", "\\", "#", "?", "..", "../../Contacts", "%2F", "a%00b", "a\tb", "a\u007fb", "a\u0085b", "case|x", "log|00000002",
        "customer|x", "' or PartitionKey ne '", "'; drop table Cases;--", "<script>alert(1)</script>", "{{ticket.id}}", "{0}", "{Delivery}", "$(id)",
        "${jndi:ldap://x}", "pr-0000000000000000", "pr-ilouilouilouilou", "cb-0000000000000000", "PR-0000000000000000", "-1", "0", "00", "+1", "1e3", "NaN", "true", "null", "undefined",
        "ＫＯＣ", "koc", "KOC ", " ", "\u3000", "\r\n", "\u202eabc", "\u200b", "\ufeff", "\ufffe", "\uffff", "\ufdd0", "\U0001f697", "e\u0301", "\u00c5", "ﬁ", "１２３",
    ];

    private static readonly string[] WrongTypes =
    [
        "1", "-0", "0.5", "1e5", "4711", "true", "false", "null", "[]", "{}", "[\"a\"]", "{\"id\":1}", "[[],{}]", "1e999", "-1E-999", "01", "1.", ".5", "+1",
        "NaN", "Infinity", "'a'", "tru", "nul", "undefined", "", "\"", "\"\\\"", "\"\\x41\"", "\"\\u12\"", "\"a\nb\"", "\"a\0b\"",
        "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"a\\ud83d\"",
        "\"\\ud83d\\ude97\"", "/*c*/1", "1//c", "1,", "1;",
    ];

    private static readonly string[] Controls =
    [
        "\\u0000", "\0", "\\n", "\n", "\t", "\\u001f", "\u007f", "\u0085", "\\u2028", "\ufeff", "\ufffe", "\\ufffe", "\\uffff", "\u202e", "\\ud800", "\\udfff", "\\b",
    ];

    private static readonly int[] Lengths = [40, 41, 64, 65, 100, 101, 300, 301, 1_000, 10_000, 10_001, 33_000, 60_000, 66_000, 140_000];

    private static readonly Action<List<Member>, Random>[] All =
    [
        Delete, Delete, Repeat, Swap, Swap, Reorder, Rename, WrongType, WrongType, Nest, HugeNumber, LongText, LongText, Control, Decompose, Decompose,
        ExtremeTime, ExtremeTime, OtherYear, HostileText, HostileText, Pad, Unknown, OtherRide, Nothing, Once,
    ];

    public static void Mutate(List<Member> members, Random draw) => All[draw.Next(All.Length)](members, draw);

    private static void Delete(List<Member> members, Random draw)
    {
        if (members.Count > 0)
        {
            members.RemoveAt(draw.Next(members.Count));
        }
    }

    /// <summary>The same name once more, with its own value, another's, or one that is wrong; of several the last one counts.</summary>
    private static void Repeat(List<Member> members, Random draw)
    {
        if (members.Count > 0)
        {
            var one = members[draw.Next(members.Count)];
            var value = draw.Next(3) switch { 0 => one.Value, 1 => members[draw.Next(members.Count)].Value, _ => WrongTypes[draw.Next(WrongTypes.Length)] };
            members.Insert(draw.Next(members.Count + 1), one with { Value = value });
        }
    }

    /// <summary>Two values in each other's place, as a template with a slip would have them.</summary>
    private static void Swap(List<Member> members, Random draw)
    {
        if (members.Count > 1)
        {
            var (a, b) = (draw.Next(members.Count), draw.Next(members.Count));
            (members[a], members[b]) = (members[a] with { Value = members[b].Value }, members[b] with { Value = members[a].Value });
        }
    }

    private static void Reorder(List<Member> members, Random draw)
    {
        var shuffled = members.ToArray();
        draw.Shuffle(shuffled);
        members.Clear();
        members.AddRange(shuffled);
    }

    private static void Rename(List<Member> members, Random draw) => Change(members, draw, (one, _) => one with
    {
        Name = draw.Next(7) switch
        {
            0 => one.Name.ToUpperInvariant(),
            1 => $"{one.Name} ",
            2 => "",
            3 => new string('k', Lengths[draw.Next(Lengths.Length)]),
            4 => "__proto__",
            5 => $"\\u{(int)one.Name.FirstOrDefault('a'):x4}{(one.Name.Length > 1 ? one.Name[1..] : "")}",
            _ => "\\ud800",
        },
    });

    private static void WrongType(List<Member> members, Random draw) =>
        Change(members, draw, (one, draw) => one with { Value = WrongTypes[draw.Next(WrongTypes.Length)] });

    private static void Nest(List<Member> members, Random draw)
    {
        var depth = new[] { 1, 10, 62, 63, 64, 65, 1_000, 20_000 }[draw.Next(8)];
        var nested = draw.Next(3) switch
        {
            0 => $"{new string('[', depth)}{new string(']', depth)}",
            1 => $"{string.Concat(Enumerable.Repeat("{\"a\":", depth))}1{new string('}', depth)}",
            _ => new string('[', depth),
        };
        if (draw.Next(2) == 0)
        {
            members.Insert(draw.Next(members.Count + 1), new("nested", nested));
        }
        else
        {
            Change(members, draw, (one, _) => one with { Value = nested });
        }
    }

    private static void HugeNumber(List<Member> members, Random draw) => Change(members, draw, (one, _) => one with
    {
        Value = draw.Next(4) switch
        {
            0 => new string('9', Lengths[draw.Next(Lengths.Length)]),
            1 => $"-{new string('1', 30)}.{new string('0', 300)}1e-5000",
            2 => "1e400",
            _ => long.MinValue.ToString(CultureInfo.InvariantCulture),
        },
    });

    private static void LongText(List<Member> members, Random draw) => Change(members, draw, (one, draw) =>
    {
        var unit = new[] { "a", "7", "가", "\U0001f697", "\\u00e9", "ab c", "한" }[draw.Next(7)];
        var repeated = string.Concat(Enumerable.Repeat(unit, Math.Max(1, Lengths[draw.Next(Lengths.Length)] / (draw.Next(2) == 0 ? 1 : unit.Length))));
        return one with { Value = draw.Next(3) == 0 && one.Value.Length > 1 ? $"{one.Value[..^1]}{repeated}\"" : $"\"{repeated}\"" };
    });

    private static void Control(List<Member> members, Random draw) => Change(members, draw, (one, draw) =>
    {
        var at = one.Value.Length > 1 ? draw.Next(1, one.Value.Length) : 0;
        return one with { Value = one.Value.Insert(at, Controls[draw.Next(Controls.Length)]) };
    });

    private static void Decompose(List<Member> members, Random draw) =>
        Change(members, draw, (one, _) => one with { Value = string.Concat(one.Value.Select(Traces.Decomposed)) });

    private static void ExtremeTime(List<Member> members, Random draw)
    {
        var at = members.FindIndex(member => member.Name.EndsWith("_at", StringComparison.Ordinal) && draw.Next(2) == 0);
        if (at >= 0)
        {
            members[at] = members[at] with { Value = Member.Quoted(Times[draw.Next(Times.Length)], draw) };
        }
    }

    /// <summary>A clock that is wrong by years is wrong for every time.</summary>
    private static void OtherYear(List<Member> members, Random draw)
    {
        var year = new[] { "1999", "2000", "2025", "2027", "2099", "2100" }[draw.Next(6)];
        for (var i = 0; i < members.Count; i++)
        {
            if (members[i].Name.EndsWith("_at", StringComparison.Ordinal))
            {
                members[i] = members[i] with { Value = members[i].Value.Replace("2026", year, StringComparison.Ordinal) };
            }
        }
    }

    private static void HostileText(List<Member> members, Random draw) => Change(members, draw, (one, draw) =>
    {
        var text = Hostile[draw.Next(Hostile.Length)];
        return one with { Value = Member.Quoted(draw.Next(2) == 0 ? text : one.Text + text, draw) };
    });

    private static void Pad(List<Member> members, Random draw) =>
        Change(members, draw, (one, draw) => one with { Value = Member.Quoted($"{(draw.Next(2) == 0 ? " \t" : "\u00a0\u3000")}{one.Text} \n", draw) });

    private static void Unknown(List<Member> members, Random draw)
    {
        var name = draw.Next(2) == 0 ? Hostile[draw.Next(Hostile.Length)].Replace("\"", "", StringComparison.Ordinal) : Names[draw.Next(Names.Length)];
        members.Insert(draw.Next(members.Count + 1), new(name.Replace("\\", "", StringComparison.Ordinal), Member.Quoted(Person.All[draw.Next(5)].Text, draw)));
    }

    /// <summary>An earlier case that is another's, or nobody's.</summary>
    private static void OtherRide(List<Member> members, Random draw) => members.Add(draw.Next(3) switch
    {
        0 => new("case_id", $"\"{CaseId.Of("kmob", $"{draw.Next(9)}", CaseKind.Penalty)}\""),
        1 => new("ride_number", $"\"{draw.Next(12)}\""),
        _ => new("ride_number", $"{draw.Next(2, 10)}"),
    });

    private static void Nothing(List<Member> members, Random draw) => Change(members, draw, (one, _) => one with { Value = "\"\"" });

    /// <summary>Only one member is left.</summary>
    private static void Once(List<Member> members, Random draw)
    {
        if (members.Count > 0 && draw.Next(6) == 0)
        {
            var only = members[draw.Next(members.Count)];
            members.Clear();
            members.Add(only);
        }
    }

    private static void Change(List<Member> members, Random draw, Func<Member, Random, Member> change)
    {
        if (members.Count > 0)
        {
            var at = draw.Next(members.Count);
            members[at] = change(members[at], draw);
        }
    }
}
