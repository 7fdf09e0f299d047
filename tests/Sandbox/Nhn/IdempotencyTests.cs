using LocalHost.Sandbox;
using LocalHost.Sandbox.Nhn;
using LocalHost.Sandbox.Sms;
using Microsoft.Extensions.Time.Testing;

namespace Sandbox.Tests.Nhn;

public sealed class IdempotencyTests
{
    private static readonly OrderBody s_order = new("제목", "본문", NhnCaller.From, null, null, [new(NhnCaller.To, null, null)]);

    [Theory]
    [InlineData(599, -1005)]
    [InlineData(600, 0)]
    public void A_key_is_remembered_for_ten_real_minutes_whatever_the_business_clock_does(int seconds, int code)
    {
        var (business, wall) = (new FakeTimeProvider(), new FakeTimeProvider());
        using var outgoing = new OutgoingCalls();
        var gateway = new NhnGateway(new(), new SmsFates(), business, wall, new DeliveryReports(outgoing, TimeSpan.Zero, null, default));
        Assert.Equal(0, gateway.Order(s_order, "key").Code);

        business.Advance(TimeSpan.FromDays(3));
        wall.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(code, gateway.Order(s_order, "key").Code);
    }
}
