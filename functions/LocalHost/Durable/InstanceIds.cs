using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LocalHost.Durable;

/// <summary>What an instance id may be, and how it is written inside a row key.</summary>
internal static partial class InstanceIds
{
    private const int LongestInKey = 400;

    /// <exception cref="ArgumentException">The id is empty, starts with a null character or '@', is no valid Unicode, or is too long.</exception>
    public static void Check([NotNull] string? instanceId, string parameter = "instanceId")
    {
        CheckText(instanceId, parameter);
        if (instanceId[0] == '@')
        {
            throw new ArgumentException($"Instance IDs starting with '@' are reserved for entities: '{instanceId}'.", parameter);
        }

        if (HasHalfSurrogatePair(instanceId))
        {
            throw new ArgumentException("The instance id has half a surrogate pair in it, which no store and no URL can keep.", parameter);
        }

        if (Escape(instanceId).Length is > LongestInKey and var length)
        {
            throw new ArgumentException(
                $"The instance id is too long: {length} characters, {LongestInKey} are the most; " +
                "/ \\ # ? | ~ % and control characters count 5, an emoji 10.",
                parameter);
        }
    }

    /// <exception cref="ArgumentException">The text is empty, or starts with a null character.</exception>
    public static void CheckText([NotNull] string? text, string parameter)
    {
        ArgumentNullException.ThrowIfNull(text, parameter);
        if (text.Length == 0 || text[0] == '\0')
        {
            throw new ArgumentException($"Parameter '{parameter}' must not be an empty string or start with the null character.", parameter);
        }
    }

    /// <summary>Writes what table keys can not hold, and our own separators, as ~ and four hex digits. No two ids are written alike.</summary>
    public static string Escape(string instanceId)
    {
        return instanceId.Any(Special)
            ? string.Concat(instanceId.Select(static c => Special(c) ? $"~{(int)c:X4}" : c.ToString()))
            : instanceId;

        static bool Special(char c) => char.IsControl(c) || c is '/' or '\\' or '#' or '?' or '|' or '~' or '%' || c >= '\uFFFE' || char.IsSurrogate(c);
    }

    /// <summary>The id that was escaped so.</summary>
    public static string Unescape(string escaped) => escaped.Contains('~', StringComparison.Ordinal)
        ? Escaped().Replace(escaped, static match => ((char)ushort.Parse(match.ValueSpan[1..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString())
        : escaped;

    /// <summary>FNV-1a over UTF-8, modulo the number of shards.</summary>
    public static int Shard(string instanceId, int shards)
    {
        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes(instanceId))
        {
            hash = (hash ^ b) * 16777619u;
        }

        return (int)(hash % (uint)shards);
    }

    private static bool HasHalfSurrogatePair(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
            {
                return true;
            }

            rest = rest[length..];
        }

        return false;
    }

    [GeneratedRegex("~[0-9A-F]{4}")]
    private static partial Regex Escaped();
}
