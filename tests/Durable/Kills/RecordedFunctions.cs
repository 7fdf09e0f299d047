using System.Diagnostics.CodeAnalysis;
using LocalHost.Durable;
using LocalHost.Durable.History;
using Microsoft.DurableTask;

namespace Durable.Tests.Kills;

/// <summary>Every run of an activity is written down before its body runs: that is its effect on the world.</summary>
internal sealed class RecordedFunctions(IDurableFunctions inner, Journal journal) : IDurableFunctions
{
    public bool TryGetOrchestrator(TaskName name, [NotNullWhen(true)] out OrchestratorBody? body) => inner.TryGetOrchestrator(name, out body);

    public bool TryGetActivity(TaskName name, [NotNullWhen(true)] out ActivityBody? body)
    {
        body = inner.TryGetActivity(name, out var run)
            ? (call, cancellation) =>
            {
                var input = Payload.IntoArray(call.GetInput(typeof(string)));
                journal.Add(Journal.Entry.Ran, CommitWords.CallWords(call.InstanceId, call.TaskId, call.Name, input));
                return run(call, cancellation);
            }
        : null;
        return body is not null;
    }
}
