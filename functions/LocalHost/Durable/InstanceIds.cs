using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace LocalHost.Durable;

/// <summary>What an instance id may be, and how it is written inside a row key.</summary>
internal static class InstanceIds
{
    private const int LongestInKey = 400;

    /// <exception cref="ArgumentException">The id is empty, starts with a null character or '@', or is too long.</exception>
    public static void Check([NotNull] string? instanceId, string parameter = "instanceId")
    {
        CheckText(instanceId, parameter);
        if (instanceId[0] == '@')
        {
            throw new ArgumentException($"Instance IDs starting with '@' are reserved for entities: '{instanceId}'.", parameter);
        }

        if (Escape(instanceId).Length > LongestInKey)
        {
            throw new ArgumentException(
                $"The instance id is too long: {LongestInKey} characters are the most; / \\ # ? | ~ % and control characters count 5.", parameter);
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

    /// <summary>Writes what table keys can not hold, and our own separators, as ~ and four hex digits.</summary>
    public static string Escape(string instanceId)
    {
        return instanceId.Any(Special)
            ? string.Concat(instanceId.Select(static c => Special(c) ? $"~{(int)c:X4}" : c.ToString()))
            : instanceId;

        static bool Special(char c) => char.IsControl(c) || c is '/' or '\\' or '#' or '?' or '|' or '~' or '%' || char.IsSurrogate(c);
    }

    /// <summary>The id that was written so.</summary>
    public static string Unescape(string escaped) =>
        Regex.Replace(escaped, "~([0-9A-F]{4})", static code => ((char)Convert.ToInt32(code.Groups[1].Value, 16)).ToString());

    /// <summary>FNV-1a over UTF-8, modulo the number of shards.</summary>
    public static int Shard(string instanceId, int shards)
    {
        var hash = 2166136261u;
        foreach (var b in System.Text.Encoding.UTF8.GetBytes(instanceId))
        {
            hash = (hash ^ b) * 16777619u;
        }

        return (int)(hash % (uint)shards);
    }
}
