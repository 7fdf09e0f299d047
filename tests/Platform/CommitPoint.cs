using LocalHost.Sandbox;

namespace Platform.Tests;

/// <summary>Right before or right after something takes effect that a process has to know of: a moment to die in.</summary>
/// <param name="Chapter">What is going on then.</param>
/// <param name="What">Name of the effect.</param>
internal abstract record CommitPoint(Chapter Chapter, string What, FaultMoment Moment)
{
    public string Name => $"{Chapter}: {What}, {Moment.ToString().ToLowerInvariant()}";

    /// <summary>Orders the moment to be held when it comes; what is given back ends when it has.</summary>
    public abstract Task<Task> Arm(HostProcess host);

    /// <summary>Lets go what was held: whoever did it is dead.</summary>
    public abstract Task LetGo(HostProcess host);

    public sealed override string ToString() => Name;
}

/// <summary>A call to an outside system.</summary>
internal sealed record Effect(Chapter Chapter, SandboxSystem System, string Operation, FaultMoment Moment) : CommitPoint(Chapter, Operation, Moment)
{
    public override async Task<Task> Arm(HostProcess host)
    {
        await host.Desk.World.Order(new() { System = System, Operation = Operation, When = Moment, Kind = FaultKind.Hold });
        return host.Desk.World.WhenHeld(System, Operation, HostProcess.Limit);
    }

    public override async Task LetGo(HostProcess host)
    {
        await host.Desk.World.ClearFaults();
        await host.Desk.World.ReleaseHeld();
    }
}

/// <summary>A write to storage: a row of the app's, or a row or a message of the engine's.</summary>
/// <param name="Service">Table or Queue.</param>
/// <param name="Words">By which the request is known.</param>
internal sealed record Write(Chapter Chapter, string What, string Service, FaultMoment Moment, params string[] Words) : CommitPoint(Chapter, What, Moment)
{
    private RequestStop? _stop;

    public override Task<Task> Arm(HostProcess host)
    {
        _stop = host.Line.Stop(Service, Moment, Words);
        return Task.FromResult(_stop.Reached.WaitAsync(HostProcess.Limit));
    }

    public override Task LetGo(HostProcess host)
    {
        _stop!.LetGo();
        return Task.CompletedTask;
    }
}
