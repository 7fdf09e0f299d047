namespace Penalties.Outside.Sms;

/// <summary>What the SMS provider's account held when it was last looked at: table <c>Operations</c>, row <c>balance|sms</c>.</summary>
public sealed class SmsBalance(OperationTable operations, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    private const string Kind = "balance";
    private const string Name = "sms";

    /// <returns>Null before the first look, and for a provider that tells no balance.</returns>
    public async Task<BalanceSeen?> Find(CancellationToken cancellation) => await operations.Find(Kind, Name, cancellation) is { } row
        ? new(row.GetInt64("Won") ?? 0, row.GetBoolean("IsLow") ?? false, Korea.TimeOf(row.GetDateTimeOffset("SeenAt") ?? default))
        : null;

    public Task Write(decimal won, bool isLow, CancellationToken cancellation) =>
        operations.Write(new(Kind, Name) { ["Won"] = (long)won, ["IsLow"] = isLow, ["SeenAt"] = clock.GetUtcNow() }, cancellation);
}

/// <param name="Won">Rounded down.</param>
/// <param name="SeenAt">KST.</param>
public sealed record BalanceSeen(long Won, bool IsLow, DateTimeOffset SeenAt);
