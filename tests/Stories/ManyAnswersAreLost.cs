using System.Globalization;
using LocalHost.Sandbox;

namespace Stories.Tests;

[Collection(OnAzuriteBeside.Name)]
public sealed class ManyAnswersAreLost(StorageFixture storage)
{
    private const int Cases = 200;

    [Fact]
    public async Task Of_two_hundred_promises_each_is_kept_by_one_text_though_the_provider_loses_three_answers_in_ten()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", ("FollowUp:Spread", "00:00:00"), ("Resilience:ConcurrentCalls", "64"));
        var complaints = Enumerable.Range(1, Cases).Select(number => story.OnTicketOfThisStory(A.Complaint with
        {
            RideId = string.Create(CultureInfo.InvariantCulture, $"R-{number}"),
            CustomerId = string.Create(CultureInfo.InvariantCulture, $"C-{number}"),
            CustomerPhone = string.Create(CultureInfo.InvariantCulture, $"0101000{number:D4}"),
            Block = "declined",
            FeedbackStage = "3",
        })).ToList();
        var filed = new List<string>();
        foreach (var some in complaints.Chunk(20))
        {
            filed.AddRange((await Task.WhenAll(some.Select(complaint => story.Desk.File(complaint)))).Select(one => one.Id));
        }

        await story.WhenIdle();
        foreach (var id in filed)
        {
            await story.Desk.Conclude(id, "warning", "lead-3", Kst.Parse("2026-09-18 22:30 KST"), push: false);
        }

        await story.World.Order(new() { System = SandboxSystem.Sms, Kind = FaultKind.Drop, When = FaultMoment.After, Rate = 0.3, Seed = 7 });
        await story.AdvanceTo("2026-09-21 09:00 KST");
        await story.AdvanceTo("2026-09-21 09:05 KST");
        await story.AdvanceTo("2026-09-22 20:00 KST");
        var lost = (await story.World.Scenario()).Standing.Single().CarriedOut;
        Assert.True(lost > Cases, $"Only {lost} answers were lost.");
        var sms = (await story.World.Received()).Sms;
        Assert.Equal(Cases, sms.Count);
        Assert.Equal(Cases, sms.Select(one => one.To).Distinct().Count());
        Assert.All(sms, one => Assert.True(one.Delivered));
        Assert.Empty((await story.Desk.List("?state=WithManager")).GetProperty("cases").EnumerateArray());
        Assert.Empty((await story.Desk.List("?state=AnswerPromised")).GetProperty("cases").EnumerateArray());
    }
}
