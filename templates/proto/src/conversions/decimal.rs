//! `System.Decimal`: exact both ways, trailing zeros included.

use crate::conversions::InvalidValue;
use crate::dotnet::v1::Decimal;

const INVALID: InvalidValue = InvalidValue::new(
    "a decimal: an optional minus sign, digits, and at most 28 digits after a point, within 96 bits",
);

impl From<rust_decimal::Decimal> for Decimal {
    fn from(number: rust_decimal::Decimal) -> Self {
        Self {
            value: number.to_string(),
        }
    }
}

impl TryFrom<&Decimal> for rust_decimal::Decimal {
    type Error = InvalidValue;

    fn try_from(decimal: &Decimal) -> Result<Self, InvalidValue> {
        let text = decimal.value.as_str();
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned
            .split_once('.')
            .map_or((unsigned, None), |(whole, fraction)| {
                (whole, Some(fraction))
            });
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !fraction.is_none_or(digits) {
            return Err(INVALID);
        }
        Self::from_str_exact(text).map_err(|_| INVALID)
    }
}

impl TryFrom<Decimal> for rust_decimal::Decimal {
    type Error = InvalidValue;

    fn try_from(decimal: Decimal) -> Result<Self, InvalidValue> {
        Self::try_from(&decimal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<rust_decimal::Decimal, InvalidValue> {
        rust_decimal::Decimal::try_from(Decimal {
            value: text.to_owned(),
        })
    }

    #[test]
    fn every_digit_and_the_scale_come_back() {
        let extremes = [
            "0",
            "0.00",
            "1.50",
            "-12.50",
            "79228162514264337593543950335",
            "-79228162514264337593543950335",
            "7.9228162514264337593543950335",
            "0.0000000000000000000000000001",
        ];
        for text in extremes {
            assert_eq!(
                read(text).map(|number| Decimal::from(number).value),
                Ok(text.to_owned())
            );
        }
        // A run of mantissas and all scales.
        let mut mantissa: i128 = 1;
        for step in 0..2_000_u32 {
            mantissa = mantissa.wrapping_mul(25_214_903_917).wrapping_add(11) & ((1 << 96) - 1);
            let signed = if step % 2 == 0 { mantissa } else { -mantissa };
            let number = rust_decimal::Decimal::from_i128_with_scale(signed, step % 29);
            let back = rust_decimal::Decimal::try_from(Decimal::from(number));
            assert_eq!(
                back.map(|back| (back.mantissa(), back.scale())),
                Ok((number.mantissa(), number.scale()))
            );
        }
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        let invalid = [
            "",
            "-",
            ".5",
            "5.",
            "+1",
            "1e5",
            "1_000",
            " 1",
            "1,5",
            "NaN",
            "79228162514264337593543950336",
            "0.00000000000000000000000000001",
        ];
        for text in invalid {
            assert_eq!(read(text), Err(INVALID), "{text}");
        }
    }
}
