using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;

namespace Turns.Contract;

/// <summary>
/// The small orchestrations of <see cref="EngineContract"/>. Waits are two seconds: long for a real engine that fires up to a second early, and
/// short enough to wait for.
/// </summary>
public static class ContractFunctions
{
    public const string Knock = "Knock";

    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private static readonly RetryPolicy ThreeTries = new(maxNumberOfAttempts: 3, firstRetryInterval: Pause);
    private static readonly ConcurrentDictionary<string, int> Tries = new();

    /// <summary>Returns what an activity makes of its input.</summary>
    [Function(nameof(ContractEcho))]
    public static Task<string> ContractEcho([OrchestrationTrigger] TaskOrchestrationContext context, string text) =>
        context.CallActivityAsync<string>(nameof(ContractSay), text);

    [Function(nameof(ContractSay))]
    public static string ContractSay([ActivityTrigger] string text) => $"said: {text}";

    /// <summary>Returns the version it was started with.</summary>
    [Function(nameof(ContractVersion))]
    public static Task<string> ContractVersion([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(context.Version);

    /// <summary>Pauses, and only then hears as many knocks as it is told; returns their payloads, sorted.</summary>
    [Function(nameof(ContractListen))]
    public static async Task<string> ContractListen([OrchestrationTrigger] TaskOrchestrationContext context, int knocks)
    {
        await context.CreateTimer(Pause, CancellationToken.None);
        List<string?> heard = [];
        while (heard.Count < knocks)
        {
            heard.Add(await context.WaitForExternalEvent<string?>(Knock));
        }

        return Sorted(heard);
    }

    /// <summary>Waits for a knock or a pause, whichever comes first, and cancels the timer that lost. Returns who came.</summary>
    [Function(nameof(ContractDoor))]
    public static async Task<string> ContractDoor([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        using var heard = new CancellationTokenSource();
        var knock = context.WaitForExternalEvent<string>(Knock);
        var first = await Task.WhenAny(knock, context.CreateTimer(Pause, heard.Token));
        heard.Cancel();
        return first == knock ? knock.Result : "nobody";
    }

    /// <summary>Returns at once and leaves a timer open.</summary>
    [Function(nameof(ContractOpenTimer))]
    public static Task<string> ContractOpenTimer([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        _ = context.CreateTimer(Pause, CancellationToken.None);
        return Task.FromResult("returned");
    }

    /// <summary>Calls an activity that fails so many times, with a policy of three tries; returns what became of it.</summary>
    [Function(nameof(ContractRetry))]
    public static async Task<string> ContractRetry([OrchestrationTrigger] TaskOrchestrationContext context, int failures)
    {
        var call = new FailingCall(context.InstanceId, failures);
        try
        {
            return $"worked at try {await context.CallActivityAsync<int>(nameof(ContractFail), call, TaskOptions.FromRetryPolicy(ThreeTries))}";
        }
        catch (TaskFailedException)
        {
            return $"gave up after {await context.CallActivityAsync<int>(nameof(ContractTries), context.InstanceId)}";
        }
    }

    /// <summary>Fails as its activity fails.</summary>
    [Function(nameof(ContractBroken))]
    public static Task ContractBroken([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<int>(nameof(ContractFail), new FailingCall(context.InstanceId, Failures: 1));

    /// <summary>Which try it is, from 1; fails until there were enough.</summary>
    [Function(nameof(ContractFail))]
    public static int ContractFail([ActivityTrigger] FailingCall call)
    {
        var tries = Tries.AddOrUpdate(call.InstanceId, 1, (_, before) => before + 1);
        return tries > call.Failures ? tries : throw new InvalidOperationException($"Try {tries} fails.");
    }

    [Function(nameof(ContractTries))]
    public static int ContractTries([ActivityTrigger] string instanceId) => Tries[instanceId];

    /// <summary>Hears one knock a generation, after a pause in the first; the last generation returns all their payloads, sorted.</summary>
    [Function(nameof(ContractGenerations))]
    public static async Task<string?> ContractGenerations([OrchestrationTrigger] TaskOrchestrationContext context, Generation generation)
    {
        if (generation.Heard.Length == 0)
        {
            await context.CreateTimer(Pause, CancellationToken.None);
        }

        string[] heard = [.. generation.Heard, await context.WaitForExternalEvent<string>(Knock)];
        if (heard.Length == generation.Knocks)
        {
            return Sorted(heard);
        }

        context.ContinueAsNew(generation with { Heard = heard }, preserveUnprocessedEvents: true);
        return null;
    }

    private static string Sorted(IEnumerable<string?> heard) => string.Join(',', heard.Order(StringComparer.Ordinal));

    public sealed record FailingCall(string InstanceId, int Failures);

    public sealed record Generation(int Knocks, string[] Heard);
}
