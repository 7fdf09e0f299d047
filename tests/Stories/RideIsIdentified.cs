namespace Stories.Tests;

[Trait("Behaviour", "S4")]
[Collection(OnAzurite.Name)]
public sealed class RideIsIdentified(StorageFixture storage)
{
    private static readonly LocalHost.Tour.ComplaintBody ByPlace = A.Complaint with
    {
        RideId = "",
        RideCalledAt = "2026-09-18T21:00:00+09:00",
        RideOrigin = "강남역 1번 출구",
        RideDestination = "분당구 정자동",
    };

    [Fact]
    public async Task By_its_id_or_by_call_time_origin_and_destination()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        Assert.Equal(202, (await story.File(A.Complaint)).Answer.Status);
        Assert.Equal(202, (await story.File(ByPlace)).Answer.Status);

        foreach (var unknown in new[] { ByPlace with { RideOrigin = "" }, ByPlace with { RideDestination = "" } })
        {
            var rejected = await story.File(unknown);
            Assert.StartsWith("ride_id:", Assert.Single(rejected.Json.GetProperty("problems").EnumerateArray()).GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_same_place_and_time_on_another_ticket_is_the_same_ride()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var first = await story.File(ByPlace);
        var second = await story.File(ByPlace);
        var other = await story.File(ByPlace with { RideDestination = "분당구 수내동" });

        Assert.Equal(("linked", first.Id), (second.Json.GetProperty("status").GetString(), second.Id));
        Assert.NotEqual(first.Id, other.Id);
    }

    [Fact]
    public async Task A_second_ride_on_one_ticket_is_another_case_only_when_the_ticket_says_so()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var first = await story.File(A.Complaint);
        var second = await story.Save(first.Body with { RideId = "R-second", RideNumber = "2" });
        Assert.Equal((202, "filed"), (second.Answer.Status, second.Json.GetProperty("status").GetString()));
        Assert.NotEqual(first.Id, second.Id);

        var unsaid = await story.Save(first.Body with { RideId = "R-third" });
        Assert.Equal((200, first.Id), (unsaid.Answer.Status, unsaid.Id));
        Assert.Equal("WithManager", await story.StateOf(first));
    }
}
