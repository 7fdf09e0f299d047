namespace Broker.Tests;

public sealed class ScheduleTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Morning = RunningBroker.Start.AddHours(10);
    private readonly QueueDesk _desk = new();

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public void A_scheduled_message_comes_at_its_time_and_not_before()
    {
        var receiver = _desk.Receive();
        _desk.Queue.Send(A.Message("m1", Morning));

        _desk.Clock.AdvanceTo(Morning.AddSeconds(-1));
        Assert.Empty(receiver.Deliveries);
        _desk.Clock.AdvanceTo(Morning);

        Assert.Equal(["m1"], receiver.Ids);
    }

    [Fact]
    public void The_clock_knows_the_earliest_scheduled_message()
    {
        Assert.Null(_desk.Clock.NextDue);
        _desk.Queue.Send(A.Message("late", Morning.AddHours(1)));
        var early = _desk.Queue.Send(A.Message("early", Morning))[0];
        Assert.Equal(Morning, _desk.Clock.NextDue);

        _desk.Queue.CancelScheduled(early);

        Assert.Equal(Morning.AddHours(1), _desk.Clock.NextDue);
    }

    [Fact]
    public void A_message_scheduled_for_a_time_gone_by_comes_at_once()
    {
        var receiver = _desk.Receive();

        _desk.Queue.Send(A.Message("m1", RunningBroker.Start.AddDays(-1)));

        Assert.Equal(["m1"], receiver.Ids);
    }

    [Fact]
    public void A_cancelled_message_never_comes()
    {
        var receiver = _desk.Receive();
        var number = _desk.Queue.Send(A.Message("m1", Morning))[0];

        Assert.True(_desk.Queue.CancelScheduled(number));

        _desk.Clock.AdvanceTo(Morning.AddDays(1));
        Assert.Empty(receiver.Deliveries);
        Assert.False(_desk.Queue.CancelScheduled(number));
    }

    [Fact]
    public async Task An_expired_message_is_a_dead_letter_where_that_is_set()
    {
        await using var desk = new QueueDesk(A.Queue with { DeadLetteringOnMessageExpiration = true });
        desk.Queue.Send(A.Message("m1", timeToLive: TimeSpan.FromHours(1)), A.Message("m2"));

        desk.Clock.AdvanceTo(RunningBroker.Start.AddHours(1));

        Assert.Equal(["m1: TTLExpiredException"], desk.DeadLetterReasons);
        Assert.Equal(["m2"], desk.Receive().Ids);
    }

    [Fact]
    public void An_expired_message_is_gone_elsewhere()
    {
        _desk.Queue.Send(A.Message("m1", timeToLive: TimeSpan.FromHours(1)));

        _desk.Clock.AdvanceTo(RunningBroker.Start.AddHours(1));

        Assert.Equal(0, _desk.Queue.Count);
        Assert.Empty(_desk.DeadLetterReasons);
    }

    [Fact]
    public void A_scheduled_message_has_its_whole_life_before_it()
    {
        _desk.Queue.Send(A.Message("m1", Morning, TimeSpan.FromHours(1)));

        _desk.Clock.AdvanceTo(Morning.AddMinutes(59));

        Assert.Equal(["m1"], _desk.Receive().Ids);
    }

    [Fact]
    public async Task No_message_outlives_the_queues_own_time_to_live()
    {
        await using var desk = new QueueDesk(A.Queue with { DefaultMessageTimeToLive = TimeSpan.FromHours(1) });
        desk.Queue.Send(A.Message("m1", timeToLive: TimeSpan.FromDays(1)), A.Message("m2"));

        desk.Clock.AdvanceTo(RunningBroker.Start.AddHours(1));

        Assert.Equal(0, desk.Queue.Count);
    }
}
