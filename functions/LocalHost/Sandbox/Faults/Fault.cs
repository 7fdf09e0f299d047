using System.Text.Json.Serialization;

namespace LocalHost.Sandbox;

/// <summary>
/// An order to misbehave: it applies to the next <see cref="Times"/> requests of the operation, or to each with the probability
/// <see cref="Rate"/>. The oldest order goes first; a request it lets pass may meet the next one.
/// </summary>
public sealed record Fault
{
    public required SandboxSystem System { get; init; }

    /// <summary>A name of <see cref="SandboxOperations"/>, or <c>*</c> for every operation of the system.</summary>
    public string Operation { get; init; } = SandboxOperations.Any;

    public FaultMoment When { get; init; } = FaultMoment.Before;

    public required FaultKind Kind { get; init; }

    /// <summary>HTTP status 400–599; for <see cref="FaultKind.Status"/> only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Status { get; init; }

    /// <summary>The answer's <c>Retry-After</c>, in seconds; for <see cref="FaultKind.Status"/> only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RetryAfterSeconds { get; init; }

    /// <summary>How often it is carried out, 1 or more; null: once, or with a <see cref="Rate"/> until it is cleared.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Times { get; init; }

    /// <summary>Each request misbehaves with this probability, above 0 up to 1; null: every one does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Rate { get; init; }

    /// <summary>Decides which requests a <see cref="Rate"/> strikes, the n-th request the same in every run; null: drawn, and told with the order.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Seed { get; init; }

    /// <summary>Real milliseconds to wait before the fault shows; for <see cref="FaultKind.SlowBody"/> how long the body takes.</summary>
    public int DelayMs { get; init; }

    /// <summary>What is answered, as <c>application/json</c>; for <see cref="FaultKind.Garbage"/> only. Null: a web page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Body { get; init; }

    /// <summary>What is wrong with this order, in words that name the field and what is allowed; empty when it can be carried out.</summary>
    public IReadOnlyList<string> Problems()
    {
        var operations = SandboxOperations.Of(System);
        (bool Wrong, string Problem)[] checks =
        [
            (Operation != SandboxOperations.Any && !operations.Contains(Operation),
                $"operation '{Operation}' is not one of: *, {string.Join(", ", operations)}"),
            (Kind == FaultKind.Status && Status is not (>= 400 and <= 599), "status must be 400 to 599 for kind 'status'"),
            (Kind != FaultKind.Status && (Status ?? RetryAfterSeconds) is not null, "status and retryAfterSeconds belong to kind 'status' only"),
            (RetryAfterSeconds < 0, "retryAfterSeconds must be 0 or more"),
            (Times < 1, "times must be 1 or more"),
            (Rate is not (null or (> 0 and <= 1)), "rate must be more than 0 and at most 1"),
            (Seed is not null && Rate is null, "seed belongs to orders with a rate"),
            (DelayMs < 0 || (DelayMs == 0 && Kind is FaultKind.Delay or FaultKind.SlowBody),
                "delayMs must be 1 or more for kinds 'delay' and 'slowBody', and never negative"),
            (Body is not null && Kind != FaultKind.Garbage, "body belongs to kind 'garbage' only"),
        ];
        return [.. checks.Where(c => c.Wrong).Select(c => c.Problem)];
    }
}

public enum FaultMoment
{
    /// <summary>The request has no effect (one that is held, delayed or slowly answered has it once it goes on).</summary>
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

    /// <summary>Answers status and headers at once and the body piece by piece over <see cref="Fault.DelayMs"/>.</summary>
    [JsonStringEnumMemberName("slowBody")]
    SlowBody,

    /// <summary>Answers status, headers and a part of the body, then closes the connection.</summary>
    [JsonStringEnumMemberName("cutBody")]
    CutBody,

    /// <summary>Answers 200 with a body that is not the contract's JSON.</summary>
    Garbage,
}

/// <summary>A request that is kept open at this moment.</summary>
public sealed record HeldRequest(SandboxSystem System, string Operation, FaultMoment When, DateTimeOffset Since);
