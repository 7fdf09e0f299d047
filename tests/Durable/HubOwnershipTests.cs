using Durable.Tests.Twins;
using LocalHost.Durable.Ownership;
using Microsoft.Extensions.Logging;

namespace Durable.Tests;

/// <summary>Who owns a hub, by the lease of a real storage and a clock that is jumped.</summary>
public sealed partial class HubOwnershipTests(HubOwnershipTests.Blobs blobs) : IClassFixture<HubOwnershipTests.Blobs>
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(60);
    private static readonly HubOwner Elsewhere = HubOwner.ThisProcess(DateTimeOffset.UnixEpoch) with { Machine = "other", Place = "other", ProcessId = int.MaxValue };

    [Fact]
    public async Task One_host_owns_the_hub_another_waits_and_says_for_whom_and_takes_it_when_it_is_given_back()
    {
        using var lines = new LogLines();
        var hub = blobs.NewHub();
        var first = hub.Host();
        await using var second = hub.Host(lines);

        Assert.True(await first.Ownership.TryTakeAsync(default));
        Assert.False(await second.Ownership.TryTakeAsync(default));

        var waits = $"This host waits as a standby: the task hub 'Hub' is owned by process {Environment.ProcessId} on {Environment.MachineName}, since 2026-09-18 13:30:00 UTC.";
        Assert.Null(first.Ownership.Standby);
        Assert.Equal(waits, second.Ownership.Standby);
        var taking = second.Ownership.TakeAsync(default);
        Assert.Equal(TimeSpan.FromSeconds(5), await second.ToNextAlarm());
        await second.ToNextAlarm(advance: false);
        Assert.False(taking.IsCompleted);

        await first.DisposeAsync();
        await second.ToNextAlarm();
        await taking.WaitAsync(blobs.Patience);
        Assert.Equal([waits, "This host takes the task hub 'Hub' over."], lines.Of(LogLevel.Warning));
        Assert.False(second.Ownership.Began.IsCompleted);
        second.Ownership.Begin();
        Assert.True(second.Ownership.Began.IsCompletedSuccessfully);
        Assert.Null(second.Ownership.Standby);
    }

    [Fact]
    public async Task An_hour_of_owning_costs_120_requests()
    {
        await using var host = blobs.NewHub().Host();
        Assert.True(await host.Ownership.TryTakeAsync(default));
        var before = host.Requests.Count;
        var end = host.Clock.GetUtcNow() + TimeSpan.FromHours(1);

        do
        {
            Assert.Equal(Length / 2, await host.ToNextAlarm());
        }
        while (host.Clock.GetUtcNow() < end);

        await host.ToNextAlarm(advance: false);
        Assert.Equal(120, host.Requests.Count - before);
        Assert.False(host.Ownership.Lost.IsCompleted);
    }

    [Fact]
    public async Task A_lease_that_cannot_be_renewed_is_tried_until_it_has_run_out_and_then_it_is_lost()
    {
        await using var host = blobs.NewHub().Host();
        Assert.True(await host.Ownership.TryTakeAsync(default));
        host.Requests.Fail = true;

        List<double> attempts = [];
        var began = host.Clock.GetUtcNow();
        while (host.Clock.GetUtcNow() - began < Length)
        {
            Assert.False(host.Ownership.Lost.IsCompleted);
            await host.ToNextAlarm();
            attempts.Add((host.Clock.GetUtcNow() - began).TotalSeconds);
        }

        Assert.Equal([30, 35, 40, 45, 50, 55, 60], attempts);
        Assert.Equal(
            "The lease on the task hub 'Hub' could not be renewed for 00:01:00, and another host may have taken it.",
            await host.Ownership.Lost.WaitAsync(blobs.Patience));
    }

    [Fact]
    public async Task A_storage_that_comes_back_in_time_costs_nothing_but_a_warning()
    {
        await using var host = blobs.NewHub().Host();
        Assert.True(await host.Ownership.TryTakeAsync(default));
        host.Requests.Fail = true;
        await host.ToNextAlarm();
        Assert.Equal(TimeSpan.FromSeconds(5), await host.ToNextAlarm());
        await host.ToNextAlarm(advance: false);
        host.Requests.Fail = false;
        await host.ToNextAlarm();

        Assert.Equal(Length / 2, await host.ToNextAlarm(advance: false));
        Assert.False(host.Ownership.Lost.IsCompleted);
    }

    [Fact]
    public async Task A_lease_that_somebody_else_took_is_lost_at_the_next_renewal()
    {
        var hub = blobs.NewHub();
        await using var host = hub.Host();
        Assert.True(await host.Ownership.TryTakeAsync(default));
        var other = hub.Lease(new LeaseRequests());
        Assert.True(await other.TryBreakAsync((await other.ReadAsync(default)).Tag, default));
        Assert.True(await other.TryTakeAsync(Elsewhere, default));

        await host.ToNextAlarm();

        Assert.Equal("Another host has taken the task hub 'Hub'.", await host.Ownership.Lost.WaitAsync(blobs.Patience));
        await host.DisposeAsync();
        Assert.True(await other.TryRenewAsync(default));
    }

    [Fact]
    public async Task A_standby_is_patient_with_a_storage_that_is_away()
    {
        var hub = blobs.NewHub();
        var first = hub.Host();
        await using var second = hub.Host();
        Assert.True(await first.Ownership.TryTakeAsync(default));
        Assert.False(await second.Ownership.TryTakeAsync(default));
        await first.DisposeAsync();

        second.Requests.Fail = true;
        var taking = second.Ownership.TakeAsync(default);
        await second.ToNextAlarm();
        await second.ToNextAlarm(advance: false);
        Assert.False(taking.IsCompleted);
        second.Requests.Fail = false;
        await second.ToNextAlarm();
        await taking.WaitAsync(blobs.Patience);
    }

    [Fact]
    public async Task The_lease_of_a_process_of_this_machine_that_has_ended_is_not_waited_for()
    {
        using var lines = new LogLines();
        var hub = blobs.NewHub();
        Assert.True(await hub.Lease(new LeaseRequests()).TryTakeAsync(Elsewhere with { Place = HubOwner.ThisProcess(default).Place }, default));
        await using var host = hub.Host(lines);

        Assert.True(await host.Ownership.TryTakeAsync(default));
        Assert.Contains("which has ended; its lease is not waited for", Assert.Single(lines.Of(LogLevel.Warning)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lease_of_a_process_that_cannot_be_seen_from_here_is_waited_for()
    {
        var hub = blobs.NewHub();
        Assert.True(await hub.Lease(new LeaseRequests()).TryTakeAsync(Elsewhere, default));
        await using var host = hub.Host();

        Assert.False(await host.Ownership.TryTakeAsync(default));
        Assert.Contains($"process {int.MaxValue} on other", host.Ownership.Standby, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_owner_that_has_written_its_name_cannot_be_taken_for_the_one_before_it()
    {
        var hub = blobs.NewHub();
        var ended = hub.Lease(new LeaseRequests());
        Assert.True(await ended.TryTakeAsync(Elsewhere, default));
        var seen = await ended.ReadAsync(default);
        await ended.ReleaseAsync(default);
        var next = hub.Lease(new LeaseRequests());
        Assert.True(await next.TryTakeAsync(Elsewhere with { ProcessId = 7 }, default));

        Assert.False(await hub.Lease(new LeaseRequests()).TryBreakAsync(seen.Tag, default));
        Assert.True(await next.TryRenewAsync(default));
    }

    [Fact]
    public void An_owner_comes_back_from_the_blobs_metadata_as_it_was()
    {
        var owner = HubOwner.ThisProcess(DurableHost.Start) with { Machine = "대리 서버" };

        Assert.Equal(owner, HubOwner.From(owner.ToMetadata()));
        Assert.All(owner.ToMetadata().Values, static value => Assert.All(value, static c => Assert.True(char.IsAscii(c))));
        Assert.False(owner.HasEnded);
        Assert.Null(HubOwner.From(new Dictionary<string, string> { ["machine"] = "m", ["process"] = "x" }));
    }
}
