namespace LocalHost.Sandbox;

/// <summary>One of the outside systems. In JSON and queries: <c>crm</c>, <c>board</c>, <c>driver-admin</c>, <c>sms</c>.</summary>
public enum SandboxSystem
{
    Crm,
    Board,
    DriverAdmin,
    Sms,
}

/// <summary>The systems' names in addresses, queries and JSON.</summary>
public static class SandboxSystems
{
    private static readonly Dictionary<string, SandboxSystem> s_byName =
        Enum.GetValues<SandboxSystem>().ToDictionary(s => JsonNamingPolicy.KebabCaseLower.ConvertName(s.ToString()), StringComparer.Ordinal);

    public static string Name(this SandboxSystem system) => JsonNamingPolicy.KebabCaseLower.ConvertName(system.ToString());

    /// <summary>True with null for no name (all systems), true with the system for a known name, false otherwise.</summary>
    internal static bool TryParse(string? name, out SandboxSystem? system)
    {
        system = name is not null && s_byName.TryGetValue(name, out var known) ? known : null;
        return name is null || system is not null;
    }

    internal static string Unknown(string? name) => $"system '{name}' is not one of: {string.Join(", ", s_byName.Keys)}";
}

/// <summary>Names of the operations the outside systems offer: faults and request counts go by them.</summary>
public static class SandboxOperations
{
    public const string Any = "*";
    public const string TicketGet = "ticket-get";
    public const string TicketUpdate = "ticket-update";
    public const string CommentList = "comment-list";
    public const string TagAdd = "tag-add";
    public const string TicketSearch = "ticket-search";
    public const string TicketExport = "ticket-export";
    public const string Post = "post";
    public const string Comment = "comment";
    public const string LookUp = "look-up";
    public const string MutualBlock = "mutual-block";
    public const string MutualBlockGet = "mutual-block-get";
    public const string MutualBlockLookUp = "mutual-block-look-up";
    public const string UnBlock = "un-block";
    public const string Outcome = "outcome";
    public const string DriverRecord = "driver-record";
    public const string GroupCreate = "group-create";
    public const string GroupAdd = "group-add";
    public const string GroupSend = "group-send";
    public const string SendMany = "send-many";
    public const string Balance = "balance";
    public const string NhnSend = "nhn-send";
    public const string NhnList = "nhn-list";

    /// <summary>Counts requests for addresses a system does not have.</summary>
    public const string Unknown = "unknown";

    /// <summary>The operations of one system, as a fault may name them.</summary>
    public static IReadOnlyList<string> Of(SandboxSystem system) => system switch
    {
        SandboxSystem.Crm => [TicketGet, TicketUpdate, CommentList, TagAdd, TicketSearch, TicketExport],
        SandboxSystem.Board => [Post, Comment, LookUp],
        SandboxSystem.DriverAdmin => [MutualBlock, MutualBlockGet, MutualBlockLookUp, UnBlock, Outcome, DriverRecord],
        SandboxSystem.Sms => [GroupCreate, GroupAdd, GroupSend, SendMany, LookUp, Balance, NhnSend, NhnList],
    };
}
