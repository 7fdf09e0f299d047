namespace Stories.Tests;

[Trait("Behaviour", "S20")]
[Collection(OnAzurite.Name)]
public sealed class EveryNamedViolationIsFiled(StorageFixture storage)
{
    private static readonly string[] Named =
        ["현금요구", "주차거부", "임의이탈", "음주의심", "미운행 결제취소", "고객&고객센터 욕설", "난폭운전", "안전운전 미준수", "기타"];

    [Fact]
    public async Task Each_has_its_post_only_suspected_drunk_driving_is_urgent_and_a_plain_cancellation_has_none()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        foreach (var violation in Named)
        {
            var report = await story.File(A.Complaint with { Violation = violation, RideId = $"R-{Array.IndexOf(Named, violation)}" });
            var post = Assert.Single((await story.Received(report)).Posts).Text;
            Assert.Contains($"페널티 요청: {violation}\n", post, StringComparison.Ordinal);
            Assert.Equal(violation == "음주의심", post.StartsWith("# [긴급]", StringComparison.Ordinal));
            Assert.Equal(violation == "음주의심", (await story.Desk.Case(report.CaseId)).GetProperty("urgent").GetBoolean());
        }

        var plain = await story.File(A.Complaint with { Violation = "콜취소/Noshow", RideId = "R-plain" });
        Assert.Empty((await story.Received(plain)).Posts);
        Assert.Equal("Closed", await story.StateOf(plain));
    }
}
