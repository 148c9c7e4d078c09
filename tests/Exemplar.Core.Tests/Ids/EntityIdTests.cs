using System.Globalization;
using System.Text;
using CsCheck;
using Exemplar.Core.Ids;

namespace Exemplar.Core.Tests.Ids;

public sealed class EntityIdTests
{
    private static readonly Gen<EntityId> AnyId = Gen.Byte.Array[EntityId.ByteLength].Select(bytes => EntityId.FromBytes(bytes));

    [Fact]
    public void An_id_is_its_seconds_and_its_random_half_in_lower_case_hex()
    {
        var id = EntityId.Create(DateTimeOffset.FromUnixTimeSeconds(0x69c3a075), 0x4e257b7d18094f9a);

        Assert.Equal("69c3a0754e257b7d18094f9a", id.ToString());
        Assert.Equal(0x4e257b7d18094f9aUL, id.Random);
        Assert.Equal(Convert.FromHexString("69c3a0754e257b7d18094f9a"), id.ToBytes());
    }

    [Fact]
    public void Small_numbers_keep_their_leading_zeros() =>
        Assert.Equal("000000010000000000000002", EntityId.Create(DateTimeOffset.FromUnixTimeSeconds(1), 2).ToString());

    [Fact]
    public void Every_form_of_an_id_reads_back_as_the_same_id() => AnyId.Sample(id =>
    {
        var text = id.ToString();
        var utf8 = new byte[EntityId.TextLength];
        id.WriteUtf8(utf8);

        Assert.Equal(EntityId.TextLength, text.Length);
        Assert.Equal(text, Encoding.UTF8.GetString(utf8));
        Assert.Equal(id, EntityId.Parse(text));
        Assert.True(EntityId.TryParse(utf8, out var fromUtf8));
        Assert.Equal(id, fromUtf8);
        Assert.True(EntityId.TryParse(text.ToUpperInvariant(), out var fromUpper));
        Assert.Equal(id, fromUpper);
        Assert.Equal(id, EntityId.FromBytes(id.ToBytes()));
        Assert.Equal(id.GetHashCode(), fromUtf8.GetHashCode());
    });

    [Fact]
    public void Ids_sort_as_their_texts_do() => Gen.Select(AnyId, AnyId).Sample((one, other) =>
    {
        Assert.Equal(
            Math.Sign(string.CompareOrdinal(one.ToString(), other.ToString())),
            Math.Sign(one.CompareTo(other)));
        Assert.Equal(one == other, one.CompareTo(other) == 0);
        Assert.Equal(one != other, !one.Equals((object)other));
    });

    [Fact]
    public void An_earlier_id_sorts_first_whatever_its_random_half()
    {
        var now = DateTimeOffset.Parse("2026-11-23T05:00:00Z", CultureInfo.InvariantCulture);

        Assert.True(EntityId.Create(now, ulong.MaxValue).CompareTo(EntityId.Create(now.AddSeconds(1), 0)) < 0);
        Assert.True(EntityId.Create(now, 1).CompareTo(EntityId.Create(now.AddMilliseconds(999), 2)) < 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("69c3a0754e257b7d18094f9")]
    [InlineData("69c3a0754e257b7d18094f9a0")]
    [InlineData("69c3a0754e257b7d18094f9g")]
    [InlineData(" 69c3a0754e257b7d18094f9")]
    [InlineData("0x69c3a0754e257b7d18094f")]
    [InlineData("69c3a075-4e25-7b7d-18094")]
    [InlineData("69c3a0754e257b7d18094f9\u00e4")]
    [InlineData("69c3a0754e257b7d18094f\uff11a")]
    public void Any_other_text_is_no_id(string text)
    {
        Assert.False(EntityId.TryParse(text.AsSpan(), out var id));
        Assert.Equal(default, id);
        Assert.False(EntityId.TryParse(Encoding.UTF8.GetBytes(text), out id));
        Assert.Equal(default, id);
        Assert.Throws<FormatException>(() => EntityId.Parse(text));
    }

    [Fact]
    public void One_wrong_character_anywhere_makes_it_no_id() =>
        Gen.Select(AnyId, Gen.Int[0, EntityId.TextLength - 1], Gen.Char.Where(c => !char.IsAsciiHexDigit(c))).Sample((id, index, wrong) =>
        {
            var text = id.ToString().ToCharArray();
            text[index] = wrong;

            Assert.False(EntityId.TryParse(text, out _));
        });
}
