using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.Extensions.Logging;

namespace LocalHost.Durable.Engine;

/// <summary>All live instances, asleep or not, and those on which an operation runs.</summary>
internal sealed class InstanceTable(EngineParts parts, ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<string, OrchestrationInstance> _instances = new(StringComparer.Ordinal);
    private readonly ILogger _log = loggers.CreateLogger<OrchestrationInstance>();

    public int Count => _instances.Count;

    /// <summary>How many are active, sleeping and poisoned.</summary>
    public IReadOnlyDictionary<string, int> CountByState()
    {
        var counts = new Dictionary<string, int> { ["active"] = 0, ["sleeping"] = 0, ["poisoned"] = 0 };
        foreach (var (_, instance) in _instances)
        {
            counts[instance.State] += instance.IsLive ? 1 : 0;
        }

        return counts;
    }

    public bool TryGetLive(string instanceId, [NotNullWhen(true)] out OrchestrationInstance? instance) =>
        _instances.TryGetValue(instanceId, out instance) && instance.IsLive;

    /// <summary>Takes over an instance that a former engine left.</summary>
    public OrchestrationInstance Recall(StatusRow status)
    {
        var instance = GetOrAdd(status.InstanceId);
        instance.Recall(status);
        return instance;
    }

    /// <summary>Posts to the instance, which need not exist yet.</summary>
    public void Post(string instanceId, Func<OrchestrationInstance, InboxItem> item)
    {
        while (true)
        {
            var instance = GetOrAdd(instanceId);
            if (instance.TryPost(item(instance)))
            {
                return;
            }

            // It is just being forgotten; its successor gets the item.
            Forget(instance);
        }
    }

    /// <summary>Hands a stored message to its instance; where that does not exist, or has ended, only a start or a rewind reaches it, and
    /// any other message is done with.</summary>
    public void Deliver(StoredMessage message, MessageRow row, bool isRedelivered)
    {
        var incoming = new Incoming(message.Event, message.ExecutionId, row) { IsRedelivered = isRedelivered };
        if (message.Event is ExecutionStarted or ExecutionRewound)
        {
            Post(message.Target, _ => incoming);
        }
        else if ((!_instances.TryGetValue(message.Target, out var instance) || !instance.TryPost(incoming)) && row.TakeOne())
        {
            parts.Hub.DeleteLater(row);
        }
    }

    public void Forget(OrchestrationInstance instance) => _instances.TryRemove(new(instance.Id, instance));

    private OrchestrationInstance GetOrAdd(string instanceId) =>
        _instances.GetOrAdd(instanceId, static (id, me) => me.Create(id), this);

    private OrchestrationInstance Create(string instanceId) => new(instanceId, parts, this, _log);
}
