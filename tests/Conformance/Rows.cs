namespace Conformance.Tests;

/// <summary>
/// What was measured on the official implementation, row by row: Durable Task 1.25.0 on its in-process test host (I), on Azure Storage (A) and in
/// the Functions host (F). Orchestrators and activities see what I shows; clients see what F shows; where the official one hangs for ever, an
/// instance or call fails with a clear error; timers are never early.
/// </summary>
internal static class Rows
{
    /// <summary>Rows that no test here can hold, and why.</summary>
    public static readonly Dictionary<string, string> NotHeld = new()
    {
        ["3 activity failure on F"] = "Orchestrators see what I shows: type, message and inner failures.",
        ["4 timers on AzureStorage"] = "A defect of that backend; that timers are never early is held by the timers' own tests.",
        ["9 GetOrchestrationHistoryAsync"] = "The Sdk has no such member: nothing here uses it.",
    };

    public static readonly string[] Held =
    [
        "1 return with timer pending",
        "1 return with activity or sub-orchestration pending",
        "1 throw with timer or activity pending",
        "1 pending WaitForExternalEvent",
        "1 timer cancelled before returning",
        "2 event before any waiter",
        "2 two waiters, same name",
        "2 same name, different T",
        "2 waiter cancelled or timed out",
        "2 abandoned waiter",
        "2 event to completed or unknown instance",
        "2 event before the instance is created",
        "2 payload does not fit T",
        "2 null payload",
        "2 RaiseEvent arguments",
        "3 RetryPolicy",
        "3 RetryTimeout",
        "3 HandleFailure=false",
        "3 policy argument checks and defaults",
        "3 retry handler",
        "3 exception seen",
        "3 IsCausedBy",
        "3 orchestrator throws, or lets a TaskFailedException through",
        "3 user exception wrapping a TaskFailedException",
        "3 orchestrator throws OperationCanceledException",
        "3 unknown activity",
        "3 unknown orchestrator",
        "3 bad JSON",
        "3 TaskOptions passed as input",
        "4 CurrentUtcDateTime",
        "4 NewGuid",
        "4 IsReplaying and replay-safe logger",
        "4 timers: zero, past, negative, too far",
        "4 timers of 3 days and more",
        "4/14 cancellation",
        "4 wall-clock CTS",
        "5 WhenAll",
        "5 ids",
        "6 ContinueAsNew: unprocessed events",
        "6 ContinueAsNew: takes effect",
        "6 ContinueAsNew: metadata",
        "7 sub-orchestration id",
        "7 child fails or is terminated",
        "7 terminate parent",
        "7 child id already running",
        "8 start with existing id, no dedupe",
        "8 WithDedupeStatuses",
        "8 StartAt",
        "9 suspend",
        "9 terminate",
        "9 knock on completed or unknown",
        "9 restart",
        "9 rewind",
        "9 purge",
        "9 wait and get",
        "9 GetAllInstances",
        "9 custom status",
        "10 other activity name on replay",
        "10 other variants",
        "10 something not durable",
        "11 JSON",
        "11 types",
        "11 size",
        "12 Version",
        "12 worker version",
        "13 names",
        "13 instance ids",
        "15 several messages in one turn",
    ];
}
