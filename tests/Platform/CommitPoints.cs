using LocalHost.Sandbox;

namespace Platform.Tests;

/// <summary>
/// Every commit of a whole case, in its order: what takes effect outside, the app's own rows, and the engine's turns and messages. That none is missing is
/// a test of its own.
/// </summary>
internal static class CommitPoints
{
    /// <summary>A restart changes nothing about these: they only look.</summary>
    public static readonly string[] Looks =
    [
        SandboxOperations.TicketGet, SandboxOperations.CommentList, SandboxOperations.LookUp, SandboxOperations.Outcome, SandboxOperations.MutualBlockGet,
        SandboxOperations.MutualBlockLookUp, SandboxOperations.DriverRecord, SandboxOperations.Balance, SandboxOperations.TicketSearch,
    ];

    /// <summary>Events that are stored with <c>case-filed</c>.</summary>
    public static readonly string[] WithTheFiling = ["block-agreed", "feedback-promised"];

    /// <summary>What the app does and stores: a worker can die there as well as a host.</summary>
    public static IReadOnlyList<CommitPoint> OfTheApp { get; } =
    [
        .. Row(Chapter.Filed, "contact", "customer|"),
        .. Row(Chapter.Filed, "case-filed"),
        .. Row(Chapter.Filed, "list", "CaseIndex(PartitionKey='open'"),
        .. Row(Chapter.Filed, "directory", "CaseDirectory(PartitionKey='driver"),
        .. Logged(Chapter.Filed, "board-post-started"),
        .. Outside(Chapter.Filed, SandboxSystem.Board, SandboxOperations.Post),
        .. Logged(Chapter.Filed, "board-posted"),
        .. Logged(Chapter.Filed, "block-command-started"),
        .. Logged(Chapter.Filed, "block-requested"),
        .. Outside(Chapter.Filed, SandboxSystem.DriverAdmin, SandboxOperations.MutualBlock),
        .. Logged(Chapter.Filed, "block-confirmed"),
        .. Outside(Chapter.Filed, SandboxSystem.Crm, SandboxOperations.TicketUpdate),
        .. Logged(Chapter.Filed, "notes-written"),
        .. Logged(Chapter.AskedAgain, "re-contacted"),
        .. Outside(Chapter.AskedAgain, SandboxSystem.Board, SandboxOperations.Comment),
        .. Logged(Chapter.AskedAgain, "board-commented"),
        .. Logged(Chapter.Concluded, "outcome-concluded"),
        .. Logged(Chapter.Answered, "outcome-checked"),
        .. Logged(Chapter.Answered, "message-reserved"),
        .. Outside(Chapter.Answered, SandboxSystem.Sms, SandboxOperations.GroupCreate),
        .. Outside(Chapter.Answered, SandboxSystem.Sms, SandboxOperations.GroupAdd),
        .. Outside(Chapter.Answered, SandboxSystem.Sms, SandboxOperations.GroupSend),
        .. Logged(Chapter.Answered, "message-sent"),
        .. Logged(Chapter.Delivered, "message-delivered"),
        .. Outside(Chapter.Delivered, SandboxSystem.Crm, SandboxOperations.TicketUpdate),
        .. Row(Chapter.Delivered, "purge plan", "PurgePlan"),
        .. Logged(Chapter.Delivered, "case-closed"),
    ];

    /// <summary>What the engine stores, messages and turns, and what comes with business time: only a host can die there.</summary>
    public static IReadOnlyList<CommitPoint> OfTheHost { get; } =
    [
        .. Logged(Chapter.Answered, "delivery-checked"),
        .. Message(Chapter.Filed, "start", "control", "ExecutionStartedEvent"),
        .. Row(Chapter.Filed, "instance", "Instances", "\"Input\""),
        .. Message(Chapter.Filed, "step ordered", "workitems", "PostPenaltyRequest"),
        .. Row(Chapter.Filed, "turn", "History", "TaskScheduled", "PostPenaltyRequest"),
        .. Message(Chapter.Filed, "step done", "control", "TaskCompletedEvent"),
        .. Message(Chapter.Filed, "knock", "control", "CaseChanged"),
        .. Message(Chapter.AskedAgain, "knock", "control", "CaseChanged"),
        .. Message(Chapter.Concluded, "knock", "control", "CaseChanged"),
        .. Message(Chapter.Answered, "timer", "control", "TimerFiredEvent"),
        .. Message(Chapter.Delivered, "knock", "control", "CaseChanged"),
        .. Row(Chapter.Delivered, "end", "History", "ExecutionCompleted"),
    ];

    public static IEnumerable<CommitPoint> All => OfTheApp.Concat(OfTheHost);

    public static CommitPoint Of(string name) => All.Single(point => point.Name == name);

    private static IEnumerable<CommitPoint> Outside(Chapter chapter, SandboxSystem system, string operation) =>
        Both(moment => new Effect(chapter, system, operation, moment));

    /// <summary>An entry of the activity log, written with the case in one transaction.</summary>
    private static IEnumerable<CommitPoint> Logged(Chapter chapter, string happened) =>
        Both(moment => new Write(chapter, happened, "Table", moment, "$batch", "log|", $"u0022{happened}\\u0022"));

    /// <param name="words">Null: the row of the case itself.</param>
    private static IEnumerable<CommitPoint> Row(Chapter chapter, string what, params string[] words) =>
        Both(moment => new Write(chapter, what, "Table", moment, words is [] ? ["Cases?", what] : ["PartitionKey", .. words]));

    private static IEnumerable<CommitPoint> Message(Chapter chapter, string what, string queue, string kind) =>
        Both(moment => new Write(chapter, what, "Queue", moment, queue, "/messages", kind));

    private static IEnumerable<CommitPoint> Both(Func<FaultMoment, CommitPoint> at) => [at(FaultMoment.Before), at(FaultMoment.After)];
}
