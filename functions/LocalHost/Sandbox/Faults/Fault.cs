namespace LocalHost.Sandbox;

/// <summary>An order to misbehave: it applies to the next <see cref="Times"/> requests of the operation. The oldest order goes first.</summary>
public sealed record Fault
{
    public required SandboxSystem System { get; init; }

    /// <summary>A name of <see cref="SandboxOperations"/>, or <c>*</c> for every operation of the system.</summary>
    public string Operation { get; init; } = SandboxOperations.Any;

    public FaultMoment When { get; init; } = FaultMoment.Before;

    public required FaultKind Kind { get; init; }

    /// <summary>HTTP status 400–599; for <see cref="FaultKind.Status"/> only.</summary>
    public int? Status { get; init; }

    /// <summary>The answer's <c>Retry-After</c>, in seconds; for <see cref="FaultKind.Status"/> only.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>How many requests it applies to, 1 or more.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Real milliseconds to wait before the fault shows.</summary>
    public int DelayMs { get; init; }

    /// <summary>What is wrong with this order, in words that name the field and what is allowed; empty when it can be carried out.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        var operations = SandboxOperations.Of(System);
        if (Operation != SandboxOperations.Any && !operations.Contains(Operation))
        {
            problems.Add($"operation '{Operation}' is not one of: *, {string.Join(", ", operations)}");
        }

        if (Kind == FaultKind.Status && Status is not (>= 400 and <= 599))
        {
            problems.Add("status must be 400 to 599 for kind 'status'");
        }

        if (Kind != FaultKind.Status && (Status ?? RetryAfterSeconds) is not null)
        {
            problems.Add("status and retryAfterSeconds belong to kind 'status' only");
        }

        if (Times < 1)
        {
            problems.Add("times must be 1 or more");
        }

        if (DelayMs < 0 || (DelayMs == 0 && Kind == FaultKind.Delay))
        {
            problems.Add("delayMs must be 1 or more for kind 'delay', and never negative");
        }

        return problems;
    }
}

public enum FaultMoment
{
    /// <summary>The request has no effect (a held or delayed one has it once it goes on).</summary>
    Before,

    /// <summary>The request took effect; only its answer is changed, late or lost.</summary>
    After,
}

public enum FaultKind
{
    /// <summary>Answers <see cref="Fault.Status"/>.</summary>
    Status,

    /// <summary>Keeps the request open until it is released or the caller goes away.</summary>
    Hold,

    /// <summary>Closes the connection without an answer.</summary>
    Drop,

    /// <summary>Goes on as usual after <see cref="Fault.DelayMs"/>.</summary>
    Delay,
}

/// <summary>A request that is kept open at this moment.</summary>
public sealed record HeldRequest(SandboxSystem System, string Operation, FaultMoment When, DateTimeOffset Since);
