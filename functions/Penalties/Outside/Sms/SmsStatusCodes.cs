using Penalties.Content;

namespace Penalties.Outside.Sms;

/// <summary>What a provider's status codes say of a message: <c>Content/sms-status-codes.json</c>, one table a provider.</summary>
internal sealed class SmsStatusCodes
{
    private const string File = "sms-status-codes.json";

    private static readonly Dictionary<string, List<SmsStatusRule>> Tables = ProductContent.Read<Dictionary<string, List<SmsStatusRule>>>(File);

    private readonly IReadOnlyDictionary<string, SmsDelivery> _exact;
    private readonly IReadOnlyList<SmsStatusRule> _longestPrefixFirst;

    private SmsStatusCodes(List<SmsStatusRule> rules)
    {
        _exact = rules.Where(rule => rule.Code is not null).ToDictionary(rule => rule.Code!, rule => rule.Means);
        _longestPrefixFirst = [.. rules.Where(rule => rule.Prefix is not null).OrderByDescending(rule => rule.Prefix!.Length)];
    }

    /// <summary>Four digits.</summary>
    public static SmsStatusCodes Solapi { get; } = new(Tables["solapi"]);

    /// <summary>msgStatus and resultCode with a slash between them, such as 3/1000; the second part is empty until there is a result.</summary>
    public static SmsStatusCodes NhnCloud { get; } = new(Tables["nhn-cloud"]);

    /// <param name="code">Null and empty are the same: no code yet.</param>
    public SmsDelivery DeliveryOf(string? code) => _exact.TryGetValue(code ?? "", out var means)
        ? means
        : _longestPrefixFirst.First(rule => (code ?? "").StartsWith(rule.Prefix!, StringComparison.Ordinal)).Means;

    /// <summary>What is wrong with the file of this build.</summary>
    public static IEnumerable<string> Problems() => Problems(Tables.ToDictionary(table => table.Key, IReadOnlyList<SmsStatusRule> (table) => table.Value));

    public static IEnumerable<string> Problems(IReadOnlyDictionary<string, IReadOnlyList<SmsStatusRule>> tables) => tables.SelectMany(table => (string[])
    [
        .. table.Value.Any(rule => rule is { Means: SmsDelivery.Delivered, Code.Length: > 0 })
            ? Array.Empty<string>()
            : [$"{File}: {table.Key}: a code that means {SmsDelivery.Delivered} is required."],
        .. table.Value.Any(rule => rule.Code is "")
            ? Array.Empty<string>()
            : [$"{File}: {table.Key}: a rule for a message without a code yet, the code \"\", is required."],
        .. table.Value.Any(rule => rule.Prefix is "")
            ? Array.Empty<string>()
            : [$"{File}: {table.Key}: a rule for all other codes, the prefix \"\", is required."],
        .. table.Value.Where(rule => rule.Code is null == rule.Prefix is null)
            .Select(rule => $"{File}: {table.Key}: a rule has code '{rule.Code}' and prefix '{rule.Prefix}'; one of them is required."),
        .. table.Value.GroupBy(rule => (rule.Code, rule.Prefix)).Where(same => same.Count() > 1)
            .Select(same => $"{File}: {table.Key}: the rule for '{same.Key.Code ?? same.Key.Prefix}' stands there {same.Count()} times."),
    ]);
}

/// <summary>One rule of a provider's table. An exact code goes before a prefix, a longer prefix before a shorter one.</summary>
/// <param name="About">For the reader of the file.</param>
internal sealed record SmsStatusRule(string? Code, string? Prefix, SmsDelivery Means, string? About = null);
