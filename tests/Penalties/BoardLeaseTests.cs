using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Penalties.Outside;
using Penalties.Requests;

namespace Penalties.Tests;

/// <summary>One run of a step at a time writes to the board about a case.</summary>
[Collection(OnAzurite.Name)]
public sealed class BoardLeaseTests(StorageFixture storage) : IAsyncLifetime
{
    private const string Case = "pr-5k2m8q0v3x7c9d1f";

    private static readonly ResilienceOptions Patience = new();
    private static readonly TimeSpan Longest = Patience.CallTimeout + Patience.AttemptTimeout;

    private readonly StorageWire _wire = new();
    private readonly FakeTimeProvider _time = new(new(2026, 9, 18, 13, 30, 0, TimeSpan.Zero));
    private ServiceProvider _app = null!;
    private BoardLease _lease = null!;

    private OperationTable Operations => _app.GetRequiredService<OperationTable>();

    public async Task InitializeAsync()
    {
        _app = await storage.App(_wire);
        _lease = new(Operations, Options.Create(Patience), _time);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Another_run_waits_until_the_first_has_written()
    {
        var written = new List<string>();
        var (begun, goesOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = _lease.Hold(
            Case,
            async _ =>
            {
                begun.SetResult();
                await goesOn.Task;
                written.Add("first");
                return true;
            },
            default);
        await begun.Task;
        var looked = new TaskCompletionSource();
        _wire.Meanwhile = request =>
        {
            _ = request.Method == HttpMethod.Get && looked.TrySetResult();
            return Task.CompletedTask;
        };
        var second = Write("second", written);
        await looked.Task;

        Assert.Empty(written);
        goesOn.SetResult();
        await first;
        await WhileTimeGoesOn(second);

        Assert.Equal(["first", "second"], written);
        Assert.Null(await Operations.Find(BoardLease.Kind, Case, default));
    }

    [Fact]
    public async Task Who_dies_with_the_lease_loses_it_in_time()
    {
        var dead = _time.GetUtcNow() + Longest;
        await Operations.Write(new TableEntity(BoardLease.Kind, Case) { ["By"] = Guid.NewGuid(), ["Until"] = dead }, default);
        var written = new List<string>();

        await WhileTimeGoesOn(Write("another", written));

        Assert.Single(written);
        Assert.True(_time.GetUtcNow() >= dead, "The dead one's lease was taken before its time was over."); // how long after, a busy storage decides
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    public async Task Who_takes_too_long_is_cancelled_before_another_may_begin_however_long_storing_the_lease_took(int seconds)
    {
        _wire.Meanwhile = request =>
        {
            _time.Advance(TimeSpan.FromSeconds(request.Method == HttpMethod.Post ? seconds : 0));
            return Task.CompletedTask;
        };
        DateTimeOffset? cancelled = null;
        var begun = new TaskCompletionSource();
        var endless = _lease.Hold(
            Case,
            async inTime =>
            {
                inTime.Register(() => cancelled = _time.GetUtcNow());
                begun.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, inTime);
                return true;
            },
            default);
        await begun.Task;
        var until = (await Operations.Find(BoardLease.Kind, Case, default))!.GetDateTimeOffset("Until")!.Value;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => WhileTimeGoesOn(endless));

        Assert.True(cancelled + Patience.AttemptTimeout <= until, $"cancelled {cancelled:T}, held until {until:T}");
    }

    [Fact]
    public async Task A_lease_whose_answer_was_lost_is_held_all_the_same()
    {
        _wire.LostAnswers = 1;
        var written = new List<string>();

        await Write("once", written);

        Assert.Single(written);
    }

    [Fact]
    public async Task Another_case_need_not_wait()
    {
        var goesOn = new TaskCompletionSource<bool>();
        var first = _lease.Hold(Case, _ => goesOn.Task, default);
        var written = new List<string>();

        await _lease.Hold("pr-0000000000000000", _ => Note("other", written), default);

        Assert.Single(written);
        goesOn.SetResult(true);
        await first;
    }

    private Task<bool> Write(string who, List<string> written) => _lease.Hold(Case, _ => Note(who, written), default);

    private static Task<bool> Note(string who, List<string> written)
    {
        written.Add(who);
        return Task.FromResult(true);
    }

    private async Task WhileTimeGoesOn(Task task)
    {
        await Until(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(task.IsCompleted);
        });
        await task;
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }
    }
}
