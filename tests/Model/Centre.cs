using System.Text.Json;
using DurableTask.Core.History;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using Model.Tests.Twins;
using Penalties;
using Penalties.Access;
using Penalties.Blocking;
using Penalties.Cases;
using Penalties.Content;
using Penalties.Intake;
using Penalties.Managers;
using Penalties.Outside.Sms;
using Penalties.Requests;
using Penalties.Rules;
using Penalties.Sweeps;
using Turns;

namespace Model.Tests;

/// <summary>
/// The whole app in memory: its own intake, stores, steps, queue functions and sweeps, its own orchestrators on a durable engine, and around it
/// twins of storage, queues and the outside systems. The clock moves when told, and one thing happens at a time.
/// </summary>
internal sealed partial class Centre
{
    public static readonly DateTimeOffset Start = new(2026, 9, 18, 11, 0, 0, Korea.Offset);

    /// <summary>As host.json says it.</summary>
    public static readonly string AppVersion =
        new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "host.json")).Build()["extensions:durableTask:defaultVersion"]!;

    private readonly DurableTaskRegistry _registry = new();
    private readonly CaseIntake _intake;
    private readonly BlockDriver _blockDriver;
    private readonly RecordBlockResult _recordBlockResult;
    private readonly BlockDeadLetters _deadLetters;
    private readonly DeadLetters _kept;
    private readonly LookAfterDeadLetters _lookAfterDeadLetters;
    private readonly SweepCases _sweepCases;
    private readonly SweepIndex _sweepIndex;
    private readonly KnockLater _knockLater;
    private readonly SweepUnknownSms _sweepUnknownSms;
    private readonly SendManagerDigest _sendManagerDigest;
    private readonly TurnEngine _engine;

    public FakeTimeProvider Clock { get; }

    public MemoryTables Tables { get; } = new();

    public MemoryQueues Queues { get; }

    public OutsideWorld World { get; }

    public SmsSwitch Pause { get; }

    public CaseStarter Starter { get; }

    public CaseStore Cases { get; }

    public Snapshots Snapshots { get; }

    public HubClient Client { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <param name="at">The instant at which it is; <see cref="Start"/> when none is given.</param>
    /// <param name="replays">Orchestrators keep no session: every turn replays their history.</param>
    public static Centre Open(DateTimeOffset? at = null, bool replays = false) => new(at ?? Start, replays);

    /// <summary>The process ends and another begins: what was in memory is gone.</summary>
    public Task Restart()
    {
        _engine.Forget();
        return WhenIdle();
    }

    public Task<Received> Webhook(ComplaintForm form, string delivery) => _intake.Receive(Client, "zendesk", form, new(delivery), default);

    /// <summary>A person or system changes a case: written first, then one knock, unless that is lost.</summary>
    public async Task<CaseChange> Change(
        string caseId, string by, Func<PenaltyCase, IEnumerable<CaseEvent>> decide, string? delivery = null, bool isKnockLost = false)
    {
        var change = await Cases.Change(caseId, new(by, "model"), decide, default, delivery is null ? null : [delivery]);
        if (change.Case is { } current && !isKnockLost)
        {
            await Starter.StartAndKnock(Client, current);
        }

        return change;
    }

    /// <summary>Delivers a queue's message to its function. It is gone when the function has settled it, unless the settling is lost.</summary>
    public async Task Deliver(QueuedMessage message, bool isSettlingLost = false)
    {
        var settling = new Settling();
        var received = message.Received();
        try
        {
            await (message.Queue == BlockQueues.Commands
                ? _blockDriver.Run(received, settling, default)
                : _recordBlockResult.Run(received, settling, Client, default));
        }
        catch (Exception fault) when (fault is Azure.RequestFailedException or HttpRequestException)
        {
            // The host gives an unsettled message back to its queue.
            return;
        }

        if (settling.IsDead)
        {
            Queues.Remove(message);
            await Bury(message);
        }
        else if (settling.IsCompleted && !isSettlingLost)
        {
            Queues.Remove(message);
        }
    }

    /// <summary>The message has become a dead letter, for whatever reason.</summary>
    public async Task Bury(QueuedMessage message)
    {
        Queues.Remove(message);
        var dead = message.Received("MaxDeliveryCountExceeded");
        await (message.Queue == BlockQueues.Commands
            ? _deadLetters.Command(dead, new Settling(), Client, default)
            : _deadLetters.Result(dead, new Settling(), Client, default));
    }

    /// <summary>An operator has one of the dead letters sent again, and is refused where its case does not want it.</summary>
    public async Task Replay(int which)
    {
        if ((await _kept.List(replayed: null, size: 200, continuation: null, default)).Letters is { Count: > 0 } letters)
        {
            var http = new DefaultHttpContext { Items = { [typeof(Caller)] = new Caller("operator-1", Role.Operator) } };
            http.Request.Body = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(ReplayForm.Example));
            await _lookAfterDeadLetters.ReplayDeadLetter(http.Request, letters[which % letters.Count].Id, default);
        }
    }

    /// <summary>An operator ends the instance of a case, where one runs.</summary>
    public async Task End(string instanceId)
    {
        try
        {
            await Client.TerminateInstanceAsync(instanceId);
        }
        catch (RpcException gone) when (gone.StatusCode is StatusCode.FailedPrecondition or StatusCode.NotFound)
        {
            // It has ended, or was not started yet.
        }
    }

    public async Task Sweep()
    {
        await KnockLater();
        await _sweepCases.Run(new(), Client, default);
        await _sweepIndex.Run(new(), Client, default);
        await _sweepUnknownSms.Run(new(), Client, default);
        await _sendManagerDigest.Run(new(), default);
    }

    public Task KnockLater() => _knockLater.Run(new(), Client, default);

    public Task WhenIdle() => _engine.RunUntilIdle();

    /// <summary>From alarm to alarm, with the queues' messages delivered as they come due.</summary>
    public async Task AdvanceTo(DateTimeOffset instant)
    {
        await WhenIdle();
        while (true)
        {
            foreach (var message in Queues.Due())
            {
                await Deliver(message);
                await WhenIdle();
            }

            if (new[] { _engine.NextDue, Queues.NextDue() }.Where(due => due <= instant).Min() is not { } due)
            {
                break;
            }

            await _engine.AdvanceTo(due);
        }

        await _engine.AdvanceTo(instant);
    }

    /// <summary>The history of an instance's present generation, as it is stored.</summary>
    public IReadOnlyList<HistoryEvent> HistoryOf(string instanceId) => _engine.Find(instanceId)!.History;
}
